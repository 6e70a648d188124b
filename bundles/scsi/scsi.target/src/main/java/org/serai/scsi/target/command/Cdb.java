package org.serai.scsi.target.command;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Reads fields out of a CDB where it lies: big-endian, unsigned, without copying (SPC-4, 4.3). */
final class Cdb {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Cdb() {}

    static int u8(byte[] cdb, int at) {
        return cdb[at] & 0xFF;
    }

    static int u16(byte[] cdb, int at) {
        return (short) SHORT.get(cdb, at) & 0xFFFF;
    }

    static int u24(byte[] cdb, int at) {
        return u8(cdb, at) << 16 | u16(cdb, at + 1);
    }

    static long u32(byte[] cdb, int at) {
        return (int) INT.get(cdb, at) & 0xFFFF_FFFFL;
    }

    /** A 64-bit field; a value of 2^63 or more is negative. */
    static long u64(byte[] cdb, int at) {
        return (long) LONG.get(cdb, at);
    }

    static boolean bit(byte[] cdb, int at, int bit) {
        return (cdb[at] >> bit & 1) != 0;
    }

    static int opcode(byte[] cdb) {
        return u8(cdb, 0);
    }

    static int serviceAction(byte[] cdb) {
        return cdb[1] & 0x1F;
    }
}
