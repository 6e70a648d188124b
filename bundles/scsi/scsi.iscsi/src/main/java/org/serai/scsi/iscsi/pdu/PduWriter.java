package org.serai.scsi.iscsi.pdu;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;

/**
 * Gathers PDUs and writes many at once. A PDU is made where it is sent from: {@link #begin} its header, put data behind
 * it, {@link #end}. Data that lies elsewhere is referred to, and written with its header by one gathered write.
 */
public final class PduWriter {
    /** The longest data segment that can be made in place. */
    public static final int MAX_IN_PLACE_BYTES = 256 * 1024;

    /** More than this is not held back to be written with what follows. */
    private static final int HOLD_BYTES = 64 * 1024;

    private static final int MAX_REFERRED = 16;

    private final GatheringByteChannel channel;
    private final ByteBuffer buffer;
    private final ByteBuffer view;
    private final Digest digest;
    private final boolean headerDigest;
    private final boolean dataDigest;
    private final ByteBuffer[] vector = new ByteBuffer[2 * MAX_REFERRED + 1];
    private final ByteBuffer[] parts = new ByteBuffer[MAX_REFERRED + 1];

    private int vectorLength;
    private int partsUsed;

    /** Up to where the buffer's bytes are in the vector. */
    private int gathered;

    private int begun;

    /** What another thread looks at to tell a peer that takes nothing. */
    private volatile boolean writing;

    private volatile long writtenBytes;

    /** A writer; the buffer holds what is made in place. */
    public PduWriter(GatheringByteChannel channel, ByteBuffer buffer, boolean headerDigest, boolean dataDigest) {
        this.channel = channel;
        this.headerDigest = headerDigest;
        this.dataDigest = dataDigest;
        this.buffer = buffer.clear();
        view = buffer.duplicate();
        digest = new Digest(buffer);
        for (int i = 0; i < parts.length; i++) {
            parts[i] = buffer.duplicate();
        }
    }

    /** The longest data segment that this one can make in place. */
    public int maxInPlaceBytes() {
        return Math.min(MAX_IN_PLACE_BYTES, buffer.capacity() - Bhs.BYTES - 3 * Digest.BYTES);
    }

    /** The buffer that headers are written in; its position is the writer's own. */
    public ByteBuffer buffer() {
        return buffer;
    }

    /** Begins a PDU with room for that much data in place, all zero but for the first two bytes; returns where it is. */
    public int begin(int opcode, int flags, int dataBytes) throws IOException {
        if (buffer.remaining() < Bhs.BYTES + 3 * Digest.BYTES + dataBytes) {
            flush();
        }
        begun = buffer.position();
        for (int i = 0; i < Bhs.BYTES; i += Long.BYTES) {
            buffer.putLong(begun + i, 0);
        }
        buffer.put(begun, (byte) opcode).put(begun + 1, (byte) flags);
        return begun;
    }

    /** Where the data of the PDU that was begun goes: from position to limit. */
    public ByteBuffer data(int bytes) {
        int at = dataAt();
        return view.clear().position(at).limit(at + bytes);
    }

    private int dataAt() {
        return begun + Bhs.BYTES + (headerDigest ? Digest.BYTES : 0);
    }

    /** Ends a PDU whose data is in place. */
    public void end(int dataBytes) {
        header(dataBytes);
        int at = dataAt();
        buffer.position(at + dataBytes);
        while (buffer.position() - at < PduReader.padded(dataBytes)) {
            buffer.put((byte) 0);
        }
        if (dataDigest && dataBytes > 0) {
            buffer.putInt(digest.of(at, buffer.position() - at));
        }
    }

    private void header(int dataBytes) {
        buffer.putInt(begun + 4, dataBytes);
        if (headerDigest) {
            buffer.putInt(begun + Bhs.BYTES, digest.of(begun, Bhs.BYTES));
        }
    }

    /**
     * Ends a PDU whose data lies elsewhere and stays there unchanged until the next {@link #flush}.
     *
     * @param data a view of its own, from position to limit
     */
    public void endReferring(ByteBuffer data) throws IOException {
        int dataBytes = data.remaining();
        header(dataBytes);
        buffer.position(dataAt());
        gather();
        int padding = PduReader.padded(dataBytes) - dataBytes;
        int crc = dataDigest ? digest.of(data, padding) : 0;
        vector[vectorLength++] = data;
        for (int i = 0; i < padding; i++) {
            buffer.put((byte) 0);
        }
        if (dataDigest) {
            buffer.putInt(crc);
        }
        if (partsUsed >= MAX_REFERRED) {
            flush();
        }
    }

    /** How many PDUs can refer to data between two flushes. */
    public static int maxReferred() {
        return MAX_REFERRED;
    }

    private void gather() {
        if (buffer.position() > gathered) {
            vector[vectorLength++] =
                    parts[partsUsed++].clear().position(gathered).limit(buffer.position());
            gathered = buffer.position();
        }
    }

    /** Whether a write is under way, which may wait for the peer. */
    public boolean isWriting() {
        return writing;
    }

    /** How much the socket has taken. */
    public long writtenBytes() {
        return writtenBytes;
    }

    /** Writes now if so much is gathered that the peer should have it at once. */
    public void flushIfMuch() throws IOException {
        if (buffer.position() > HOLD_BYTES) {
            flush();
        }
    }

    /** Writes everything; blocks until the socket has taken it. */
    public void flush() throws IOException {
        gather();
        if (vectorLength > 0) {
            writing = true;
            while (vector[vectorLength - 1].hasRemaining()) {
                writtenBytes += channel.write(vector, 0, vectorLength);
            }
            writing = false;
        }
        vectorLength = 0;
        partsUsed = 0;
        gathered = 0;
        buffer.clear();
    }
}
