package org.serai.scsi.target.reservation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.serai.scsi.target.sense.CheckCondition;

/** TransportIDs of iSCSI (SPC-4, 7.6.4.6): an initiator's name, or its port's, which has its ISID as well. */
final class TransportId {
    private static final int PROTOCOL_ISCSI = 5;
    private static final int FORMAT_NAME = 0;
    private static final int FORMAT_PORT = 1;
    private static final int HEADER_BYTES = 4;
    private static final int MIN_NAME_BYTES = 20;

    /** 223 characters of a name, the separator, 12 digits, the terminating null, in whole words. */
    private static final int MAX_NAME_BYTES = 244;

    private static final Pattern PORT = Pattern.compile("(?<name>[^,]+),i,0x(?<isid>[0-9A-Fa-f]{1,12})");

    private TransportId() {}

    /** Of an initiator port, or of an initiator that is known by its name alone. */
    static byte[] of(NexusId nexus) {
        byte[] name = nexus.initiatorPort().getBytes(StandardCharsets.UTF_8);
        int length = Math.max(MIN_NAME_BYTES, (name.length + 4) / 4 * 4);
        int format = nexus.initiatorPort().contains(NexusId.ISID) ? FORMAT_PORT : FORMAT_NAME;
        ByteBuffer id = ByteBuffer.allocate(HEADER_BYTES + length);
        id.put((byte) (format << 6 | PROTOCOL_ISCSI)).put((byte) 0).putShort((short) length);
        return id.put(name).array();
    }

    /**
     * Reads one from the buffer's position: the name of an initiator port as {@link NexusId} has it, or that of an initiator.
     *
     * @param field where it begins in the parameter list, for the sense data
     */
    static String parse(ByteBuffer data, int field) throws CheckCondition {
        if (data.remaining() < HEADER_BYTES) {
            throw CheckCondition.invalidParameter(field);
        }
        int first = data.get() & 0xFF;
        int format = first >> 6;
        int length = data.position(data.position() + 1).getShort() & 0xFFFF;
        boolean fits = length >= MIN_NAME_BYTES && length <= MAX_NAME_BYTES && length % 4 == 0;
        if ((first & 0xF) != PROTOCOL_ISCSI || format > FORMAT_PORT || !fits || length > data.remaining()) {
            throw CheckCondition.invalidParameter(field);
        }
        byte[] bytes = new byte[length];
        data.get(bytes);
        String padded = new String(bytes, StandardCharsets.UTF_8);
        int end = padded.indexOf('\0');
        if (end <= 0) {
            throw CheckCondition.invalidParameter(field);
        }
        String name = padded.substring(0, end);
        return format == FORMAT_PORT ? port(name, field) : name(name, field);
    }

    private static String name(String name, int field) throws CheckCondition {
        if (name.indexOf(',') >= 0) {
            throw CheckCondition.invalidParameter(field);
        }
        return name;
    }

    private static String port(String text, int field) throws CheckCondition {
        Matcher matcher = PORT.matcher(text);
        if (!matcher.matches()) {
            throw CheckCondition.invalidParameter(field);
        }
        long isid = Long.parseLong(matcher.group("isid"), 16);
        return String.format(Locale.ROOT, "%s%s%012x", matcher.group("name"), NexusId.ISID, isid);
    }
}
