package org.serai.message.core;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * One message on the wire, big-endian.
 *
 * <pre>
 * offset  bytes  field
 *      0      4  magic, "SERA"
 *      4      1  version, 1
 *      5      1  kind: 1 broadcast, 2 request, 3 answer, 4 error
 *      6      8  correlation: of request, answer and error; 0 of a broadcast
 *     14      2  length of the topic in bytes
 *     16      n  topic, UTF-8; empty in answer and error
 *   16+n      4  length of the payload in bytes
 *   20+n      m  payload, to the packet's end
 * </pre>
 */
record Packet(Kind kind, long correlation, String topic, byte[] payload) {
    static final int MAX_PAYLOAD_BYTES = 4 << 20;

    private static final int MAGIC = 0x53455241;
    private static final byte VERSION = 1;
    private static final int FIXED_BYTES = 20;

    /** What a packet is. */
    enum Kind {
        /** To everybody; nobody answers. */
        BROADCAST,
        /** Wants an answer or an error with the same correlation. */
        REQUEST,
        /** What the handler returned. */
        ANSWER,
        /** What the handler threw, as {@link Fault} writes it. */
        ERROR
    }

    byte[] encode() {
        byte[] name = topic.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(FIXED_BYTES + name.length + payload.length)
                .putInt(MAGIC)
                .put(VERSION)
                .put((byte) (kind.ordinal() + 1))
                .putLong(correlation)
                .putShort((short) name.length)
                .put(name)
                .putInt(payload.length)
                .put(payload)
                .array();
    }

    /** Reads a packet; believes nothing that it reads. */
    static Packet decode(byte[] bytes) throws Malformed {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            require(in.getInt() == MAGIC, "wrong magic");
            require(in.get() == VERSION, "unknown version");
            int kind = in.get() - 1;
            require(kind >= 0 && kind < Kind.values().length, "unknown kind");
            long correlation = in.getLong();
            String topic = text(in, in.getShort() & 0xffff);
            int length = in.getInt();
            require(length == in.remaining(), "payload length does not fit");
            require(length <= MAX_PAYLOAD_BYTES, "payload too large");
            byte[] payload = new byte[length];
            in.get(payload);
            return new Packet(Kind.values()[kind], correlation, topic, payload);
        } catch (BufferUnderflowException _) {
            throw new Malformed("too short");
        }
    }

    private static String text(ByteBuffer in, int length) throws Malformed {
        require(length <= in.remaining(), "too short");
        ByteBuffer part = in.slice(in.position(), length);
        in.position(in.position() + length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(part).toString();
        } catch (CharacterCodingException _) {
            throw new Malformed("topic is no UTF-8");
        }
    }

    private static void require(boolean holds, String otherwise) throws Malformed {
        if (!holds) {
            throw new Malformed(otherwise);
        }
    }

    /** A packet that is none; the message is the reason under which it is counted. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed(String reason) {
            super(reason, null, false, false);
        }
    }
}
