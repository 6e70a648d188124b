package org.serai.scsi.target.reservation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.serai.scsi.target.sense.CheckCondition;

/** TransportIDs of iSCSI in both formats (SPC-4, 7.6.4.6). */
class TransportIdTest {
    private static final String NAME = "iqn.2026-11.org.example:host";

    private static ByteBuffer id(int first, int length, String text) {
        ByteBuffer id = ByteBuffer.allocate(4 + Math.max(length, text.length()));
        id.put((byte) first).put((byte) 0).putShort((short) length);
        return id.put(text.getBytes(StandardCharsets.US_ASCII)).rewind().limit(Math.min(id.capacity(), 4 + length));
    }

    @ParameterizedTest
    @ValueSource(strings = {NAME, NAME + ",i,0x00023d000001", "a", "iqn.2026-11.org.example:123"})
    void whatIsWrittenIsRead(String port) throws CheckCondition {
        byte[] written = TransportId.of(new NexusId(port, 1));
        assertThat(written.length % 4).isZero();
        assertThat(written.length).isGreaterThanOrEqualTo(24);
        assertThat(written[written.length - 1]).as("ends with a null").isZero();
        assertThat(written[0]).isEqualTo((byte) (port.contains(",") ? 0x45 : 0x05));
        ByteBuffer data = ByteBuffer.wrap(written);
        assertThat(TransportId.parse(data, 0)).isEqualTo(port);
        assertThat(data.hasRemaining()).isFalse();
    }

    @Test
    void anIsidIsANumber() throws CheckCondition {
        assertThat(TransportId.parse(id(0x45, 44, NAME + ",i,0x23D000001"), 0)).isEqualTo(NAME + ",i,0x00023d000001");
    }

    @Test
    void whatIsNoneIsRefused() {
        String port = NAME + ",i,0x1";
        for (ByteBuffer wrong : new ByteBuffer[] {
            id(0x46, 40, port), // another protocol
            id(0x85, 40, port), // no such format
            id(0x45, 39, port), // no whole words
            id(0x45, 16, "a,i,0x1"), // too short
            id(0x45, 40, port).limit(30), // cut
            id(0x45, 40, NAME), // no ISID
            id(0x05, 40, port), // an ISID where there is none
            id(0x45, 40, NAME + ",i,0xg"),
            id(0x05, 20, ""),
            id(0x05, 20, "iqn.2026-11.org.exam"), // not terminated
            ByteBuffer.allocate(3)
        }) {
            assertThatThrownBy(() -> TransportId.parse(wrong, 24)).isInstanceOf(CheckCondition.class);
        }
    }
}
