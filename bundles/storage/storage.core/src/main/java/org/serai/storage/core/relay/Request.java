package org.serai.storage.core.relay;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * What a neighbour is asked for: an octet for the operation, its subject (16), number (8), the lowest number that is not
 * answered (8), offset (8), length (8), and what is written.
 *
 * @param subject the delegation; of {@link Operation#OFFER} the PV
 * @param turn which request under the delegation it is
 * @param data what is written; otherwise empty
 */
record Request(Operation operation, UUID subject, Turn turn, long offset, long length, ByteBuffer data) {
    private static final int HEAD = 1 + 16 + 16 + 8 + 8;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

    /** The operations; the ordinal is what is sent. */
    enum Operation {
        /** Whether the neighbour reaches a PV directly. Changes nothing. */
        OFFER,
        /** Begins what a delegation allows. */
        OPEN,
        READ,
        WRITE,
        ZERO,
        /** As {@link #ZERO}, and space that a file has is kept. */
        ZERO_KEEPING_SPACE,
        GIVE_BACK,
        SYNC,
        /** Ends it: answered with success only when nothing is being done any more, and nothing will be. */
        CLOSE
    }

    /**
     * By what a request is known that comes twice.
     *
     * @param number no other request under the delegation has it
     * @param unanswered the lowest number of those that are not answered; lower ones are never sent again
     */
    record Turn(long number, long unanswered) {
        /** Of what may be done twice. */
        static final Turn NONE = new Turn(0, 0);
    }

    static Request of(Operation operation, UUID subject) {
        return new Request(operation, subject, Turn.NONE, 0, 0, NOTHING);
    }

    static Request range(Operation operation, UUID subject, long offset, long length) {
        return new Request(operation, subject, Turn.NONE, offset, length, NOTHING);
    }

    static Request write(UUID subject, long offset, ByteBuffer data) {
        return new Request(Operation.WRITE, subject, Turn.NONE, offset, data.remaining(), data);
    }

    Request at(Turn asked) {
        return new Request(operation, subject, asked, offset, length, data);
    }

    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(HEAD + data.remaining());
        out.put((byte) operation.ordinal());
        out.putLong(subject.getMostSignificantBits()).putLong(subject.getLeastSignificantBits());
        out.putLong(turn.number()).putLong(turn.unanswered());
        out.putLong(offset).putLong(length).put(data.duplicate());
        return out.array();
    }

    /** Fails with {@link IllegalArgumentException} if it is none. */
    static Request decode(byte[] payload) {
        if (payload.length < HEAD || payload[0] < 0 || payload[0] >= Operation.values().length) {
            throw new IllegalArgumentException("a request of " + payload.length + " bytes is none");
        }
        ByteBuffer in = ByteBuffer.wrap(payload);
        Operation operation = Operation.values()[in.get()];
        UUID subject = new UUID(in.getLong(), in.getLong());
        Turn turn = new Turn(in.getLong(), in.getLong());
        return new Request(operation, subject, turn, in.getLong(), in.getLong(), in.slice());
    }
}
