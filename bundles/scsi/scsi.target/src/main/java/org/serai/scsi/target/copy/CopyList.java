package org.serai.scsi.target.copy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.serai.scsi.target.lu.DiskUnit;
import org.serai.scsi.target.sense.CheckCondition;
import org.serai.scsi.target.sense.SenseCode;

/**
 * The parameter list of EXTENDED COPY (SPC-4), looked at as far as that is possible without the LUs. Its two
 * forms differ in the header only.
 *
 * @param id the list identifier
 * @param discard whether nothing is to be kept of the outcome
 * @param immediate whether status is given before the copy is done
 * @param targets the copy sources and destinations
 * @param segments what is copied, in this order
 */
record CopyList(int id, boolean discard, boolean immediate, List<Designator> targets, List<Segment> segments) {
    private static final int LID1_HEADER_BYTES = 16;
    private static final int LID4_HEADER_BYTES = 48;
    private static final int LID4_FORMAT = 1;
    private static final int LID4_HEADER_DESCRIPTOR_BYTES = 0x20;
    private static final int LID4_HEADER_DESCRIPTOR_TYPE = 0xFF;
    private static final int IMMED = 0x01;
    private static final int G_SENSE = 0x02;
    private static final int TARGET_BYTES = 32;
    private static final int SEGMENT_BYTES = 28;
    private static final int KEEP_NOTHING = 3;
    private static final int MAX_DESIGNATOR_BYTES = 20;

    /**
     * The name of an LU, as an identification descriptor brings it (SPC-4).
     *
     * @param type designator type (SPC-4, device identification VPD page)
     * @param name the designator
     */
    record Designator(int type, byte[] name) {}

    /**
     * Block device to block device (SPC-4, segment descriptors).
     *
     * @param at where its descriptor is in the list
     */
    record Segment(int at, int source, int destination, int blocks, long sourceLba, long destinationLba) {}

    /** Where a form of the header has what both have. */
    private record Header(int bytes, long targetBytes, int targetField, long segmentBytes, int segmentField) {}

    /** Reads a list of EXTENDED COPY(LID1) that is as long as its CDB says. */
    static CopyList lid1(ByteBuffer list) throws CheckCondition {
        requireHeader(list, LID1_HEADER_BYTES);
        var header = new Header(
                LID1_HEADER_BYTES,
                Short.toUnsignedLong(list.getShort(2)),
                2,
                Integer.toUnsignedLong(list.getInt(8)),
                8);
        return parse(list, list.get(0) & 0xFF, false, header, Integer.toUnsignedLong(list.getInt(12)), 12);
    }

    /** Reads a list of EXTENDED COPY(LID4) that is as long as its CDB says. */
    static CopyList lid4(ByteBuffer list) throws CheckCondition {
        requireHeader(list, LID4_HEADER_BYTES);
        require(list.get(0) == LID4_FORMAT, 0);
        require(list.getShort(2) == LID4_HEADER_DESCRIPTOR_BYTES, 2);
        require((list.get(16) & 0xFF) == LID4_HEADER_DESCRIPTOR_TYPE, 16);
        // sense data with status GOOD would tell no more than RECEIVE COPY STATUS(LID4)
        require((list.get(15) & G_SENSE) == 0, 15);
        var header = new Header(
                LID4_HEADER_BYTES,
                Short.toUnsignedLong(list.getShort(42)),
                42,
                Short.toUnsignedLong(list.getShort(44)),
                44);
        boolean immediate = (list.get(15) & IMMED) != 0;
        return parse(list, list.getInt(20), immediate, header, Short.toUnsignedLong(list.getShort(46)), 46);
    }

    private static void requireHeader(ByteBuffer list, int bytes) throws CheckCondition {
        if (list.remaining() < bytes) {
            throw tooShort();
        }
    }

    private static CopyList parse(
            ByteBuffer list, int id, boolean immediate, Header header, long inlineBytes, int inlineField)
            throws CheckCondition {
        int usage = list.get(1) >> 3 & 0x3;
        long descriptorBytes = header.targetBytes() + header.segmentBytes();
        if (descriptorBytes > CopyLimits.MAX_LIST_BYTES
                || header.bytes() + descriptorBytes + inlineBytes > list.remaining()) {
            throw tooShort();
        }
        if (inlineBytes > 0) {
            throw CheckCondition.invalidParameter(SenseCode.INLINE_DATA_LENGTH_EXCEEDED, inlineField);
        }
        if (usage == 1 || usage == KEEP_NOTHING && id != 0) {
            throw CheckCondition.invalidParameter(usage == 1 ? 1 : 0);
        }
        int firstSegment = header.bytes() + (int) header.targetBytes();
        return new CopyList(
                id,
                usage == KEEP_NOTHING,
                immediate,
                targets(list, header.bytes(), firstSegment, header.targetField()),
                segments(list, firstSegment, firstSegment + (int) header.segmentBytes(), header.segmentField()));
    }

    private static CheckCondition tooShort() {
        return CheckCondition.of(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
    }

    private static List<Designator> targets(ByteBuffer list, int from, int to, int field) throws CheckCondition {
        if ((to - from) / TARGET_BYTES > CopyLimits.MAX_TARGETS) {
            throw CheckCondition.invalidParameter(SenseCode.TOO_MANY_TARGET_DESCRIPTORS, field);
        }
        require((to - from) % TARGET_BYTES == 0, field);
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

    private static List<Segment> segments(ByteBuffer list, int from, int to, int field) throws CheckCondition {
        List<Segment> found = new ArrayList<>();
        for (int at = from; at < to; at += SEGMENT_BYTES) {
            if (list.get(at) != CopyLimits.BLOCK_TO_BLOCK) {
                throw CheckCondition.invalidParameter(SenseCode.UNSUPPORTED_SEGMENT_DESCRIPTOR_TYPE_CODE, at);
            }
            if (found.size() == CopyLimits.MAX_SEGMENTS) {
                throw CheckCondition.invalidParameter(SenseCode.TOO_MANY_SEGMENT_DESCRIPTORS, field);
            }
            require(to - at >= SEGMENT_BYTES, field);
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
