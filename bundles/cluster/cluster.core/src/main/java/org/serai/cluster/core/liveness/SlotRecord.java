package org.serai.cluster.core.liveness;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.serai.cluster.spi.LeaseArea;

/**
 * A heartbeat as it lies in a slot, big-endian: magic (8), version (4), flag (4), node (16), incarnation (16), sequence
 * (8), zeros, CRC32C of all before it (4, the last of the slot).
 */
public record SlotRecord(UUID node, UUID incarnation, long sequence, Flag flag) {
    private static final long MAGIC = 0x5345524149484231L; // SERAIHB1
    private static final int VERSION = 1;
    private static final int CHECKSUM_AT = LeaseArea.SLOT_BYTES - Integer.BYTES;

    /** What a record says besides "I live". The place in this list is what is written. */
    public enum Flag {
        /** The node lives and renews. */
        RENEWED,
        /** The node has stopped for good in this incarnation; nothing of it runs. */
        GOODBYE,
        /** The node lives and uses this pool no more. */
        DETACHED,
        /** The node lives and renews, and does not reach the VIOS DB. */
        RENEWED_WITHOUT_DATABASE
    }

    /** The bytes of a slot. */
    ByteBuffer encode() {
        var slot = ByteBuffer.allocateDirect(LeaseArea.SLOT_BYTES);
        slot.putLong(MAGIC).putInt(VERSION).putInt(flag.ordinal());
        slot.putLong(node.getMostSignificantBits()).putLong(node.getLeastSignificantBits());
        slot.putLong(incarnation.getMostSignificantBits()).putLong(incarnation.getLeastSignificantBits());
        slot.putLong(sequence);
        slot.putInt(CHECKSUM_AT, checksum(slot));
        return slot.clear();
    }

    /** What a slot holds; empty if it was never written, or is no whole record of a known version. */
    public static Optional<SlotRecord> decode(ByteBuffer slot) {
        var from = slot.duplicate().clear();
        if (from.getLong() != MAGIC || from.getInt() != VERSION || from.getInt(CHECKSUM_AT) != checksum(from)) {
            return Optional.empty();
        }
        var flag = from.getInt();
        if (flag < 0 || flag >= Flag.values().length) {
            return Optional.empty();
        }
        var node = new UUID(from.getLong(), from.getLong());
        var incarnation = new UUID(from.getLong(), from.getLong());
        return Optional.of(new SlotRecord(node, incarnation, from.getLong(), Flag.values()[flag]));
    }

    private static int checksum(ByteBuffer slot) {
        var checksum = new CRC32C();
        checksum.update(slot.duplicate().clear().limit(CHECKSUM_AT));
        return (int) checksum.getValue();
    }
}
