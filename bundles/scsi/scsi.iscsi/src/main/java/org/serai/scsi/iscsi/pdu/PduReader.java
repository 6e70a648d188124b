package org.serai.scsi.iscsi.pdu;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/**
 * Cuts a byte stream into PDUs. As much as the channel has is read at once; a PDU is looked at where it lies once all of
 * it is there, and stays until the next {@link #take}. The size is checked as soon as the header is there.
 */
public final class PduReader {
    private static final int MAX_AHS_BYTES = 255 * 4;

    private final ReadableByteChannel channel;
    private final int maxDataBytes;
    private final ByteBuffer buffer;
    private final ByteBuffer data;
    private final Bhs bhs;
    private final Digest digest;
    private final boolean headerDigest;
    private final boolean dataDigest;

    /** Where the first byte lies that has not been taken. */
    private int head;

    private boolean dataIntact;

    /**
     * A reader.
     *
     * @param maxDataBytes the longest data segment that was allowed to the peer
     * @param buffer of {@link #bufferBytes} at least; the more, the more is read at once
     */
    public PduReader(
            ReadableByteChannel channel,
            int maxDataBytes,
            ByteBuffer buffer,
            boolean headerDigest,
            boolean dataDigest) {
        this.channel = channel;
        this.maxDataBytes = maxDataBytes;
        this.headerDigest = headerDigest;
        this.dataDigest = dataDigest;
        this.buffer = buffer.clear();
        data = buffer.duplicate();
        bhs = new Bhs(buffer);
        digest = new Digest(buffer);
    }

    /** What the largest PDU takes that may come. */
    public static int bufferBytes(int maxDataBytes) {
        return Bhs.BYTES + MAX_AHS_BYTES + padded(maxDataBytes) + 2 * Digest.BYTES;
    }

    static int padded(int bytes) {
        return bytes + 3 & ~3;
    }

    /** Gives over to a reader for the full feature phase what came behind the last login PDU. */
    public void handOver(PduReader next) {
        next.buffer.put(buffer.flip().position(head));
    }

    /** Whether a whole PDU is there to be taken. */
    public boolean ready() throws ProtocolException {
        int available = buffer.position() - head;
        return available >= Bhs.BYTES && available >= pduBytes();
    }

    private int pduBytes() throws ProtocolException {
        bhs.moveTo(head);
        if (bhs.dataBytes() > maxDataBytes) {
            throw new ProtocolException(
                    "a data segment of " + bhs.dataBytes() + " bytes where " + maxDataBytes + " were allowed");
        }
        int dataBytes = padded(bhs.dataBytes());
        return headerBytes() + dataBytes + (dataDigest && dataBytes > 0 ? Digest.BYTES : 0);
    }

    private int headerBytes() {
        return Bhs.BYTES + bhs.ahsBytes() + (headerDigest ? Digest.BYTES : 0);
    }

    /** Waits for more from the channel; false if the peer has closed it. */
    public boolean fill() throws IOException {
        if (head == buffer.position()) {
            buffer.clear();
            head = 0;
        } else if (head > 0 && !fits()) {
            buffer.flip().position(head);
            buffer.compact();
            head = 0;
        }
        return channel.read(buffer) >= 0;
    }

    private boolean fits() throws ProtocolException {
        int available = buffer.position() - head;
        return available >= Bhs.BYTES
                ? head + pduBytes() <= buffer.capacity()
                : buffer.remaining() >= Bhs.BYTES + MAX_AHS_BYTES;
    }

    /** Takes the PDU that is {@link #ready}; a wrong header digest ends the connection (RFC 7143, 7.8). */
    public Bhs take() throws ProtocolException {
        int total = pduBytes();
        int header = Bhs.BYTES + bhs.ahsBytes();
        if (headerDigest && digest.of(head, header) != buffer.getInt(head + header)) {
            throw new ProtocolException("a header digest is wrong");
        }
        int dataAt = head + headerBytes();
        int dataBytes = bhs.dataBytes();
        data.clear().position(dataAt).limit(dataAt + dataBytes);
        dataIntact = !dataDigest
                || dataBytes == 0
                || digest.of(dataAt, padded(dataBytes)) == buffer.getInt(dataAt + padded(dataBytes));
        head += total;
        return bhs;
    }

    /** The data segment of the PDU taken last, where it lies. */
    public ByteBuffer data() {
        return data;
    }

    /** Whether that data segment has the digest that it should. */
    public boolean dataIntact() {
        return dataIntact;
    }
}
