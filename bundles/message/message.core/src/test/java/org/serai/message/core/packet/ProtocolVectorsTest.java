package org.serai.message.core.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProtocolVectorsTest {
    static List<ProtocolDocument.Vector> vectors() {
        return ProtocolDocument.vectors();
    }

    static List<ProtocolDocument.Refused> refused() {
        return ProtocolDocument.refused();
    }

    @Test
    void theDocumentHasAllSortsAndReasons() {
        assertThat(vectors()).hasSize(6);
        assertThat(refused()).hasSizeGreaterThan(30);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void aPacketIsWrittenAsDocumented(ProtocolDocument.Vector vector) {
        assertThat(HexFormat.of().formatHex(PacketWriter.write(vector.packet())))
                .isEqualTo(HexFormat.of().formatHex(vector.bytes()));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void aPacketIsReadAsDocumented(ProtocolDocument.Vector vector) throws Malformed {
        Packet read = PacketReader.read(vector.bytes());
        assertThat(read.header()).isEqualTo(vector.packet().header());
        assertThat(read.sub()).isEqualTo(vector.packet().sub());
        assertThat(read.payload()).isEqualTo(vector.packet().payload());
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
        Packet message = vectors().getFirst().packet();
        assertThatExceptionOfType(Malformed.class)
                .isThrownBy(() -> PacketReader.read(at(vectors().get(1), new SubHeader.Place(0, 0, 0))))
                .withMessage("fields contradict each other");
        assertThatExceptionOfType(Malformed.class)
                .isThrownBy(() -> PacketReader.read(at(vectors().get(1), new SubHeader.Place(5, 0, 5))))
                .withMessage("fields contradict each other");
        assertThatExceptionOfType(Malformed.class)
                .isThrownBy(() ->
                        PacketReader.read(at(vectors().get(2), message.sub().place())))
                .withMessage("fields contradict each other");
    }

    private static byte[] at(ProtocolDocument.Vector vector, SubHeader.Place place) {
        return new PacketWriter(vector.packet()).at(place);
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
        assertThatExceptionOfType(Malformed.class)
                .isThrownBy(() -> PacketReader.read(broken))
                .withMessage(row.reason());
    }
}
