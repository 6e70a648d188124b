package org.serai.scsi.target.cdb;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Reads fields out of a CDB where it lies: big-endian, unsigned, without copying (SPC-4, command descriptor block). */
public final class Cdb {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Cdb() {}

    /** An 8-bit field. */
    public static int u8(byte[] cdb, int at) {
        return cdb[at] & 0xFF;
    }

    /** A 16-bit field. */
    public static int u16(byte[] cdb, int at) {
        return (short) SHORT.get(cdb, at) & 0xFFFF;
    }

    /** A 24-bit field. */
    public static int u24(byte[] cdb, int at) {
        return u8(cdb, at) << 16 | u16(cdb, at + 1);
    }

    /** A 32-bit field. */
    public static long u32(byte[] cdb, int at) {
        return (int) INT.get(cdb, at) & 0xFFFF_FFFFL;
    }

    /** A 64-bit field; a value of 2^63 or more is negative. */
    public static long u64(byte[] cdb, int at) {
        return (long) LONG.get(cdb, at);
    }

    /** A bit of a byte, 0 being the lowest. */
    public static boolean bit(byte[] cdb, int at, int bit) {
        return (cdb[at] >> bit & 1) != 0;
    }

    /** The operation code. */
    public static int opcode(byte[] cdb) {
        return u8(cdb, 0);
    }

    /** The service action in byte 1. */
    public static int serviceAction(byte[] cdb) {
        return cdb[1] & 0x1F;
    }
}
