package org.serai.scsi.target.copy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.serai.scsi.target.lu.DiskUnit;
import org.serai.scsi.target.sense.CheckCondition;
import org.serai.scsi.target.sense.SenseCode;

/**
 * The parameter list of EXTENDED COPY(LID1) (SPC-4, 6.4.3 to 6.4.6), looked at as far as that is possible without the LUs.
 *
 * @param id the list identifier
 * @param discard whether nothing is to be kept of the outcome
 * @param targets the copy sources and destinations
 * @param segments what is copied, in this order
 */
record CopyList(int id, boolean discard, List<Designator> targets, List<Segment> segments) {
    private static final int HEADER_BYTES = 16;
    private static final int TARGET_BYTES = 32;
    private static final int SEGMENT_BYTES = 28;
    private static final int KEEP_NOTHING = 3;
    private static final int MAX_DESIGNATOR_BYTES = 20;

    /**
     * The name of an LU, as an identification descriptor brings it (SPC-4, 6.4.5.2).
     *
     * @param type designator type (SPC-4, 7.8.5)
     * @param name the designator
     */
    record Designator(int type, byte[] name) {}

    /**
     * Block device to block device (SPC-4, 6.4.6.4).
     *
     * @param at where its descriptor is in the list
     */
    record Segment(int at, int source, int destination, int blocks, long sourceLba, long destinationLba) {}

    /** Reads a list that is as long as its CDB says. */
    static CopyList parse(ByteBuffer list) throws CheckCondition {
        if (list.remaining() < HEADER_BYTES) {
            throw tooShort();
        }
        int usage = list.get(1) >> 3 & 0x3;
        long targetBytes = Short.toUnsignedLong(list.getShort(2));
        long segmentBytes = Integer.toUnsignedLong(list.getInt(8));
        long inlineBytes = Integer.toUnsignedLong(list.getInt(12));
        if (targetBytes + segmentBytes > CopyLimits.MAX_LIST_BYTES
                || HEADER_BYTES + targetBytes + segmentBytes + inlineBytes > list.remaining()) {
            throw tooShort();
        }
        if (inlineBytes > 0) {
            throw CheckCondition.invalidParameter(SenseCode.INLINE_DATA_LENGTH_EXCEEDED, 12);
        }
        int id = list.get(0) & 0xFF;
        if (usage == 1 || usage == KEEP_NOTHING && id != 0) {
            throw CheckCondition.invalidParameter(usage == 1 ? 1 : 0);
        }
        int firstSegment = HEADER_BYTES + (int) targetBytes;
        return new CopyList(
                id,
                usage == KEEP_NOTHING,
                targets(list, HEADER_BYTES, firstSegment),
                segments(list, firstSegment, firstSegment + (int) segmentBytes));
    }

    private static CheckCondition tooShort() {
        return CheckCondition.of(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
    }

    private static List<Designator> targets(ByteBuffer list, int from, int to) throws CheckCondition {
        if ((to - from) / TARGET_BYTES > CopyLimits.MAX_TARGETS) {
            throw CheckCondition.invalidParameter(SenseCode.TOO_MANY_TARGET_DESCRIPTORS, 2);
        }
        require((to - from) % TARGET_BYTES == 0, 2);
        List<Designator> found = new ArrayList<>();
        for (int at = from; at < to; at += TARGET_BYTES) {
            // LU ID TYPE and NUL, beside the device type, are obsolete
            boolean disk = (list.get(at + 1) & 0x1F) == 0;
            if (list.get(at) != CopyLimits.IDENTIFICATION || !disk) {
                throw CheckCondition.invalidParameter(
                        SenseCode.UNSUPPORTED_TARGET_DESCRIPTOR_TYPE_CODE, disk ? at : at + 1);
            }
            int length = list.get(at + 7) & 0xFF;
            require(length <= MAX_DESIGNATOR_BYTES, at + 7);
            require((list.getInt(at + 28) & 0xFF_FFFF) == DiskUnit.BLOCK_BYTES, at + 29);
            byte[] name = new byte[length];
            list.get(at + 8, name);
            found.add(new Designator(list.get(at + 5) & 0xF, name));
        }
        return found;
    }

    private static List<Segment> segments(ByteBuffer list, int from, int to) throws CheckCondition {
        List<Segment> found = new ArrayList<>();
        for (int at = from; at < to; at += SEGMENT_BYTES) {
            if (list.get(at) != CopyLimits.BLOCK_TO_BLOCK) {
                throw CheckCondition.invalidParameter(SenseCode.UNSUPPORTED_SEGMENT_DESCRIPTOR_TYPE_CODE, at);
            }
            if (found.size() == CopyLimits.MAX_SEGMENTS) {
                throw CheckCondition.invalidParameter(SenseCode.TOO_MANY_SEGMENT_DESCRIPTORS, 8);
            }
            require(to - at >= SEGMENT_BYTES, 8);
            require(list.getShort(at + 2) == SEGMENT_BYTES - 4, at + 2);
            found.add(new Segment(
                    at,
                    list.getShort(at + 4) & 0xFFFF,
                    list.getShort(at + 6) & 0xFFFF,
                    list.getShort(at + 10) & 0xFFFF,
                    list.getLong(at + 12),
                    list.getLong(at + 20)));
        }
        return found;
    }

    private static void require(boolean valid, int field) throws CheckCondition {
        if (!valid) {
            throw CheckCondition.invalidParameter(field);
        }
    }
}
