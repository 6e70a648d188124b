package org.serai.scsi.iscsi.pdu;

import java.nio.ByteBuffer;

/** A basic header segment where it lies in a receive buffer (RFC 7143, 11.2.1). Moved from PDU to PDU, never copied. */
public final class Bhs {
    /** Length of every basic header segment. */
    public static final int BYTES = 48;

    /** Initiator or target task tag that tags nothing. */
    public static final int NO_TAG = 0xFFFF_FFFF;

    private final ByteBuffer buffer;
    private int at;

    /** A header in that buffer. */
    public Bhs(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    void moveTo(int position) {
        at = position;
    }

    /** The operation code. */
    public int opcode() {
        return buffer.get(at) & 0x3F;
    }

    /** The I bit: the PDU takes no place in the command window. */
    public boolean immediate() {
        return (buffer.get(at) & 0x40) != 0;
    }

    /** Byte 1. */
    public int flags() {
        return buffer.get(at + 1) & 0xFF;
    }

    /** A bit of byte 1, given as its mask. */
    public boolean flag(int mask) {
        return (buffer.get(at + 1) & mask) != 0;
    }

    /** Any byte. */
    public int u8(int offset) {
        return buffer.get(at + offset) & 0xFF;
    }

    /** Any two bytes. */
    public int u16(int offset) {
        return buffer.getShort(at + offset) & 0xFFFF;
    }

    /** Any four bytes. */
    public int i32(int offset) {
        return buffer.getInt(at + offset);
    }

    /** Length of the additional header segments. */
    public int ahsBytes() {
        return u8(4) * 4;
    }

    /** Length of the data segment without padding. */
    public int dataBytes() {
        return buffer.getInt(at + 4) & 0xFF_FFFF;
    }

    /** The LUN, where the PDU has one. */
    public long lun() {
        return buffer.getLong(at + 8);
    }

    /** The initiator task tag. */
    public int itt() {
        return buffer.getInt(at + 16);
    }

    /** Copies header bytes out, additional header segments included if the offset is behind {@link #BYTES}. */
    public void copy(int offset, byte[] into, int intoOffset, int length) {
        buffer.get(at + offset, into, intoOffset, length);
    }
}
