package org.serai.storage.core.relay;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a neighbour answers: an octet for the outcome, and what was read, or why not. What is answered is over.
 *
 * @param data what was read; of {@link Outcome#FAILED} and {@link Outcome#OVER} a sentence
 */
record Answer(Outcome outcome, ByteBuffer data) {
    /** What became of it; the ordinal is what is sent. */
    enum Outcome {
        DONE,
        /** The PV itself failed, or cannot do it. */
        FAILED,
        /** The neighbour does not serve this delegation, or not any more. */
        OVER
    }

    static byte[] done(byte[] data) {
        return encode(Outcome.DONE, data);
    }

    static byte[] failed(String why) {
        return encode(Outcome.FAILED, why.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] over(String why) {
        return encode(Outcome.OVER, why.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] encode(Outcome outcome, byte[] data) {
        byte[] out = new byte[1 + data.length];
        out[0] = (byte) outcome.ordinal();
        System.arraycopy(data, 0, out, 1, data.length);
        return out;
    }

    /** Fails with {@link IllegalArgumentException} if it is none. */
    static Answer decode(byte[] payload) {
        if (payload.length == 0 || payload[0] < 0 || payload[0] >= Outcome.values().length) {
            throw new IllegalArgumentException("an answer of " + payload.length + " bytes is none");
        }
        return new Answer(
                Outcome.values()[payload[0]],
                ByteBuffer.wrap(payload, 1, payload.length - 1).slice());
    }

    String text() {
        return StandardCharsets.UTF_8.decode(data.duplicate()).toString();
    }
}
