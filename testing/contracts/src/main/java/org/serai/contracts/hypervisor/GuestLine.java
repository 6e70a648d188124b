package org.serai.contracts.hypervisor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A line of the test guest on its console.
 *
 * @param boot drawn at boot and kept in memory only
 * @param counter ticks since boot
 * @param record records on its disk
 * @param ok of these, how many verified
 * @param bad and how many did not, with bad words of memory
 * @param errors I/Os that failed
 */
public record GuestLine(String boot, long counter, long record, long ok, long bad, long errors) {
    /** All complete lines so far, oldest first. */
    public static List<GuestLine> all(Path consoleLog) {
        String text = text(consoleLog);
        return text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .filter(line -> line.startsWith("SERAI boot="))
                .map(GuestLine::parse)
                .toList();
    }

    /** The newest one. */
    public static Optional<GuestLine> last(Path consoleLog) {
        return all(consoleLog).stream().reduce((first, second) -> second);
    }

    /** Everything on the console so far. */
    public static String text(Path consoleLog) {
        try {
            return Files.exists(consoleLog)
                    ? new String(Files.readAllBytes(consoleLog), StandardCharsets.ISO_8859_1)
                    : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static GuestLine parse(String line) {
        Map<String, String> values = Arrays.stream(line.strip().split(" "))
                .filter(word -> word.contains("="))
                .map(word -> word.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        return new GuestLine(
                values.get("boot"),
                Long.parseLong(values.get("counter")),
                Long.parseLong(values.get("record")),
                Long.parseLong(values.get("ok")),
                Long.parseLong(values.get("bad")),
                Long.parseLong(values.get("err")));
    }
}
