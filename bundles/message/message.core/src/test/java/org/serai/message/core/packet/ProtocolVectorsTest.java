package org.serai.message.core.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.serai.message.Message;
import org.serai.message.core.packet.SubHeader.Opcode;

class ProtocolVectorsTest {
    static List<ProtocolDocument.Vector> vectors() {
        return ProtocolDocument.vectors();
    }

    static List<ProtocolDocument.Refused> refused() {
        return ProtocolDocument.refused();
    }

    @Test
    void theDocumentHasAllSortsAndReasons() {
        assertThat(vectors()).hasSize(7);
        assertThat(refused()).hasSizeGreaterThan(30);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void aPacketIsWrittenAsDocumented(ProtocolDocument.Vector vector) {
        assertThat(HexFormat.of().formatHex(vector.written()))
                .isEqualTo(HexFormat.of().formatHex(vector.bytes()));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void aPacketIsReadAsDocumented(ProtocolDocument.Vector vector) throws Malformed {
        for (Map.Entry<UUID, SubHeader> reading : vector.readings().entrySet()) {
            Packet read = PacketReader.read(vector.bytes(), reading.getKey());
            assertThat(read.header()).isEqualTo(vector.packet().header());
            assertThat(read.sub()).isEqualTo(reading.getValue());
            assertThat(read.payload()).isEqualTo(vector.packet().payload());
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void aPacketIsForThoseWhomItNames(ProtocolDocument.Vector vector) {
        if (!vector.packet().sub().targets().isEmpty() || !vector.places().isEmpty()) {
            refused("for another node", vector.bytes(), UUID.randomUUID());
        }
    }

    @Test
    void whatNodesShareHasReceiptsAndPlacesOfTheirsAlone() {
        ProtocolDocument.Vector shared = vectors().stream()
                .filter(vector -> !vector.places().isEmpty())
                .findFirst()
                .orElseThrow();
        UUID reader = shared.places().keySet().iterator().next();
        Packet packet = shared.packet();
        Packet hint = new Packet(
                new Header(packet.header().transaction(), Header.Status.OK, 0, Message.Origin.API, false),
                new SubHeader(Opcode.MESSAGE, reader, List.of(), true, false, SubHeader.Place.NONE, 0, 0, "", "rows"),
                packet.payload());
        byte[] placedTwice = shared.bytes();
        ByteBuffer.wrap(placedTwice)
                .putLong(76, 1)
                .putInt(Packet.CHECKSUM_AT, 0)
                .putInt(Packet.CHECKSUM_AT, PacketWriter.checksum(placedTwice));
        Map<UUID, SubHeader.Place> tooMany = new LinkedHashMap<>();
        for (int i = 0; i <= Packet.MAX_SHARING; i++) {
            tooMany.put(i == 0 ? reader : UUID.randomUUID(), new SubHeader.Place(1, 0, 1));
        }

        refused("fields contradict each other", placedTwice, reader);
        refused("fields contradict each other", PacketWriter.write(hint, shared.places()), reader);
        refused(
                "fields contradict each other",
                PacketWriter.write(packet, Map.of(reader, new SubHeader.Place(1, 0, 2))),
                reader);
        refused("lengths do not fit", PacketWriter.write(packet, tooMany), reader);
    }

    private static void refused(String reason, byte[] bytes, UUID reader) {
        assertThatExceptionOfType(Malformed.class)
                .isThrownBy(() -> PacketReader.read(bytes, reader))
                .withMessage(reason);
    }

    @Test
    void receiptAndResponseRepeatWhatTheMessageSays() {
        List<ProtocolDocument.Vector> vectors = vectors();
        Packet message = vectors.getFirst().packet();
        Packet receipt = vectors.get(1).packet();
        assertThat(PacketWriter.write(message.receipt(receipt.sub().sender())))
                .isEqualTo(vectors.get(1).bytes());
        Packet response = vectors.get(2).packet();
        assertThat(PacketWriter.write(message.response(
                        response.sub().sender(), response.header().status(), response.payload())))
                .isEqualTo(vectors.get(2).bytes());
    }

    @Test
    void aReceiptHasAnOrderAndAResponseHasNone() {
        refused("fields contradict each other", 1, new SubHeader.Place(0, 0, 0));
        refused("fields contradict each other", 1, new SubHeader.Place(5, 0, 5));
        refused(
                "fields contradict each other",
                2,
                vectors().getFirst().packet().sub().place());
    }

    private static void refused(String reason, int vector, SubHeader.Place place) {
        Packet packet = vectors().get(vector).packet();
        refused(
                reason,
                PacketWriter.write(packet, place),
                packet.sub().targets().getFirst());
    }

    @ParameterizedTest
    @MethodSource("refused")
    void aBrokenPacketIsRefusedForTheDocumentedReason(ProtocolDocument.Refused row) {
        byte[] whole = vectors().getFirst().bytes();
        byte[] broken;
        if (row.hex().equals("cut")) {
            broken = Arrays.copyOf(whole, row.offset());
        } else {
            broken = whole.clone();
            byte[] instead = HexFormat.of().parseHex(row.hex());
            System.arraycopy(instead, 0, broken, row.offset(), instead.length);
            if (row.offset() != Packet.CHECKSUM_AT) {
                ByteBuffer.wrap(broken).putInt(Packet.CHECKSUM_AT, PacketWriter.checksum(broken));
            }
        }
        refused(
                row.reason(),
                broken,
                vectors().getFirst().packet().sub().targets().getFirst());
    }
}
