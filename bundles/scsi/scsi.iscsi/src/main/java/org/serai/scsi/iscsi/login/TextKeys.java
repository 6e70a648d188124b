package org.serai.scsi.iscsi.login;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.serai.scsi.iscsi.pdu.ProtocolException;

/** Text of login and text PDUs: {@code key=value} pairs, each ended by a zero byte (RFC 7143, 6.1). */
public final class TextKeys {
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9.+@_#-]{1,63}");

    private TextKeys() {}

    /** Reads pairs in their order. */
    public static Map<String, String> parse(byte[] text) throws ProtocolException {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String pair : new String(text, StandardCharsets.UTF_8).split("\0", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            if (equals < 0 || !KEY.matcher(pair.substring(0, equals)).matches()) {
                throw new ProtocolException("a text without key and value");
            }
            if (pairs.put(pair.substring(0, equals), pair.substring(equals + 1)) != null) {
                throw new ProtocolException("a key that is given twice");
            }
        }
        return pairs;
    }

    /** Writes one pair. */
    public static void put(ByteArrayOutputStream text, String key, String value) {
        text.writeBytes((key + "=" + value + "\0").getBytes(StandardCharsets.UTF_8));
    }

    /** Writes pairs in their order. */
    public static byte[] format(Map<String, String> pairs) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        pairs.forEach((key, value) -> put(text, key, value));
        return text.toByteArray();
    }

    /** The bytes of a data segment. */
    public static byte[] bytes(ByteBuffer data) {
        byte[] bytes = new byte[data.remaining()];
        data.duplicate().get(bytes);
        return bytes;
    }
}
