package org.serai.cluster.core.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.serai.cluster.spi.LeaseArea;

class SlotRecordTest {
    private final SlotRecord record = new SlotRecord(new UUID(1, 2), new UUID(3, 4), 5, SlotRecord.Flag.GOODBYE);

    @Test
    void isReadAsItWasWritten() {
        var slot = record.encode();
        assertThat(slot.remaining()).isEqualTo(LeaseArea.SLOT_BYTES);
        assertThat(SlotRecord.decode(slot)).contains(record);
    }

    @Test
    void isRefusedWithAnyBitWrong() {
        for (var bit = 0; bit < LeaseArea.SLOT_BYTES * 8; bit++) {
            var slot = record.encode();
            slot.put(bit / 8, (byte) (slot.get(bit / 8) ^ 1 << bit % 8));
            assertThat(SlotRecord.decode(slot)).as("bit %d", bit).isEmpty();
        }
    }

    @Test
    void isNotInASlotThatWasNeverWritten() {
        assertThat(SlotRecord.decode(ByteBuffer.allocate(LeaseArea.SLOT_BYTES))).isEmpty();
    }
}
