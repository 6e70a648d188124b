package org.serai.message.core.packet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.UUID;
import java.util.regex.Pattern;
import org.serai.message.Message;
import org.serai.message.core.packet.SubHeader.Opcode;
import org.serai.message.core.packet.SubHeader.Place;

/** The test vectors as docs/protocol.md has them. */
final class ProtocolDocument {
    private static final Pattern VECTOR = Pattern.compile("### (.*?)\n\n```packet\n(.*?)---\n(.*?)```", Pattern.DOTALL);
    private static final Pattern REFUSED =
            Pattern.compile("^\\| ([0-9]+) \\| ([0-9a-f]+|cut) \\| ([a-zA-Z ]+) \\|$", Pattern.MULTILINE);

    private ProtocolDocument() {}

    /**
     * A packet and its bytes.
     *
     * @param places of the nodes that share it
     */
    record Vector(String name, Packet packet, Map<UUID, Place> places, byte[] bytes) {
        byte[] written() {
            return places.isEmpty() ? PacketWriter.write(packet) : PacketWriter.write(packet, places);
        }

        /** What each reader that it is for reads. */
        Map<UUID, SubHeader> readings() {
            Map<UUID, SubHeader> readings = new LinkedHashMap<>();
            packet.sub().targets().forEach(target -> readings.put(target, packet.sub()));
            places.forEach((node, place) -> readings.put(node, at(place)));
            return readings.isEmpty() ? Map.of(UUID.randomUUID(), packet.sub()) : readings;
        }

        private SubHeader at(Place place) {
            SubHeader sub = packet.sub();
            return new SubHeader(
                    sub.opcode(),
                    sub.sender(),
                    sub.targets(),
                    sub.broadcast(),
                    sub.response(),
                    place,
                    sub.rcReference(),
                    sub.rcLength(),
                    sub.originator(),
                    sub.topic());
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * A change of the first vector.
     *
     * @param hex what stands at the offset instead, or {@code cut}
     */
    record Refused(int offset, String hex, String reason) {}

    private static String text() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("docs/protocol.md"))) {
            folder = folder.getParent();
        }
        try {
            return Files.readString(folder.resolve("docs/protocol.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Vector> vectors() {
        return VECTOR.matcher(text())
                .results()
                .map(found -> {
                    Map<String, String> fields = fields(found.group(2));
                    return new Vector(
                            found.group(1),
                            packet(fields),
                            places(fields.getOrDefault("places", "")),
                            HexFormat.of().parseHex(found.group(3).replace("\n", "")));
                })
                .toList();
    }

    private static Map<UUID, Place> places(String text) {
        Map<UUID, Place> places = new LinkedHashMap<>();
        Scanner words = new Scanner(text);
        while (words.hasNext()) {
            places.put(UUID.fromString(words.next()), new Place(words.nextLong(), 0, words.nextLong()));
        }
        return places;
    }

    static List<Refused> refused() {
        String text = text();
        return REFUSED.matcher(text.substring(text.indexOf("### Refused")))
                .results()
                .map(row -> new Refused(Integer.parseInt(row.group(1)), row.group(2), row.group(3)))
                .toList();
    }

    private static Map<String, String> fields(String lines) {
        Map<String, String> fields = new HashMap<>();
        lines.lines().forEach(line -> {
            String[] parts = line.split(" ", 2);
            fields.put(parts[0], parts.length == 2 ? parts[1] : "");
        });
        return fields;
    }

    private static Packet packet(Map<String, String> fields) {
        String[] transaction = fields.get("transaction").split(" ");
        String[] place = fields.getOrDefault("place", "0 0 0").split(" ");
        String[] rc = fields.get("rc").split(" ");
        boolean broadcast = fields.get("targets").equals("all");
        List<UUID> targets = broadcast
                ? List.of()
                : Arrays.stream(fields.get("targets").split(" "))
                        .map(UUID::fromString)
                        .toList();
        return new Packet(
                new Header(
                        new TransactionId(UUID.fromString(transaction[0]), Long.parseLong(transaction[1])),
                        Header.Status.valueOf(fields.get("status")),
                        0,
                        Message.Origin.valueOf(fields.get("origin")),
                        Boolean.parseBoolean(fields.get("receipts"))),
                new SubHeader(
                        Opcode.valueOf(fields.get("opcode")),
                        UUID.fromString(fields.get("sender")),
                        targets,
                        broadcast,
                        Boolean.parseBoolean(fields.get("response")),
                        new Place(Long.parseLong(place[0]), Long.parseLong(place[1]), Long.parseLong(place[2])),
                        Long.parseLong(rc[0]),
                        Integer.parseInt(rc[1]),
                        fields.get("originator"),
                        fields.get("topic")),
                HexFormat.of().parseHex(fields.get("payload")));
    }
}
