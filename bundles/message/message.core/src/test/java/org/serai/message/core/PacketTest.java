package org.serai.message.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.serai.ffdc.Category;
import org.serai.ffdc.SeraiException;
import org.serai.message.MessageError;

class PacketTest {
    private static final Packet REQUEST = new Packet(Packet.Kind.REQUEST, 0x0102030405060708L, "lu.x", new byte[] {9});

    @Test
    void theLayoutIsFixed() {
        assertThat(HexFormat.of().formatHex(REQUEST.encode()))
                .isEqualTo("53455241" + "01" + "02" + "0102030405060708" + "0004" + "6c752e78" + "00000001" + "09");
    }

    @Test
    void aPacketComesBackAsItWasWritten() throws Exception {
        for (Packet.Kind kind : Packet.Kind.values()) {
            Packet packet = Packet.decode(new Packet(kind, -1, "täst", new byte[1000]).encode());
            assertThat(packet.kind()).isEqualTo(kind);
            assertThat(packet.correlation()).isEqualTo(-1);
            assertThat(packet.topic()).isEqualTo("täst");
            assertThat(packet.payload()).hasSize(1000);
        }
    }

    @Test
    void everyCutOrForeignPacketIsRefusedWithAReason() {
        byte[] whole = REQUEST.encode();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatExceptionOfType(Packet.Malformed.class)
                    .isThrownBy(() -> Packet.decode(cut))
                    .withMessageMatching("too short|payload length does not fit");
        }
        refused(0, "wrong magic");
        refused(4, "unknown version");
        refused(5, "unknown kind");
        refused(14, "too short");
        refused(16, "topic is no UTF-8");
        refused(20, "payload length does not fit");
    }

    private static void refused(int offset, String reason) {
        byte[] changed = REQUEST.encode();
        changed[offset] = (byte) 0xff;
        assertThatExceptionOfType(Packet.Malformed.class)
                .isThrownBy(() -> Packet.decode(changed))
                .withMessage(reason);
    }

    @Test
    void noBytesWhateverEndInAnotherException() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = i % 2 == 0 ? REQUEST.encode() : new byte[random.nextInt(64)];
            for (int change = 0; change < 3 && bytes.length > 0; change++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(Packet.decode(bytes).payload()).hasSizeLessThan(64);
            } catch (Packet.Malformed e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }

    @Test
    void anErrorKeepsItsCodeAndSentences() throws Exception {
        SeraiException known = MessageError.NO_ANSWER.error("what", "cause", "do");
        SeraiException foreign = new Fault.Code("SERAI-LU-0007", Category.OPERATOR).error("Wäs", "cäuse", "dö");

        assertThat(Fault.decode(Fault.encode(known)).code()).isEqualTo(MessageError.NO_ANSWER);
        SeraiException back = Fault.decode(Fault.encode(foreign));
        assertThat(back.code().code()).isEqualTo("SERAI-LU-0007");
        assertThat(back.code().category()).isEqualTo(Category.OPERATOR);
        assertThat(back).hasMessage(foreign.getMessage());
        assertThatExceptionOfType(Packet.Malformed.class).isThrownBy(() -> Fault.decode(new byte[] {0, 9, 1}));
    }
}
