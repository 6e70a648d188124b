package org.serai.storage.simulated;

import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.serai.storage.DataChecksum;
import org.serai.storage.StorageError;

/** The unit of thin allocation: a place on a PV and what is there. Used with the medium's monitor held. */
final class Extent {
    private static final int SUM_BYTES = 4096;

    /** The LU whose space it is; a clone may show it too. */
    final UUID owner;

    SimulatedPv pv;
    int place;

    /** How many states, LUs and snapshots, show it. While it is more than one nobody changes it. */
    int shown;

    private final ByteBuffer content;
    private final int[] sums;

    Extent(UUID owner, long bytes, DataChecksum checksum) {
        this.owner = owner;
        this.content = ByteBuffer.allocate((int) bytes);
        this.sums = new int[checksum == DataChecksum.NONE ? 0 : (int) (bytes / SUM_BYTES)];
        sum(0, (int) bytes);
    }

    void read(int within, ByteBuffer into, int length) {
        requirePresent();
        verify(within, length, false);
        into.put(content.slice(within, length));
    }

    void write(int within, ByteBuffer from, int length) {
        requirePresent();
        verify(within, length, true);
        content.put(within, from, from.position(), length);
        from.position(from.position() + length);
        sum(within, length);
    }

    void zero(int within, int length) {
        write(within, ByteBuffer.allocate(length), length);
    }

    void copy(Extent from) {
        from.read(0, content.duplicate().clear(), content.capacity());
        sum(0, content.capacity());
    }

    /** What is there, whether or not it is right, and whether or not its PV can be reached. */
    byte[] raw(int within, int length) {
        byte[] bytes = new byte[length];
        content.get(within, bytes);
        return bytes;
    }

    /** As a PV that forgets what it did not make durable. */
    void putRaw(int within, byte[] bytes) {
        content.put(within, bytes);
        sum(within, bytes.length);
    }

    /** As a PV that returns something else than what was written. */
    void damage(int within) {
        content.put(within, (byte) (content.get(within) ^ 1));
    }

    boolean intact() {
        for (int i = 0; i < sums.length; i++) {
            if (sums[i] != sumOf(i)) {
                return false;
            }
        }
        return true;
    }

    void requirePresent() {
        if (pv.lost) {
            throw StorageError.DATA_DAMAGED.error(
                    "A part of LU " + owner + " is lost",
                    "it was on PV " + pv.path + ", which was removed as lost",
                    "write it anew from a copy: whole extents at a time, or discard it first");
        }
        if (pv.away) {
            throw StorageError.PV_AWAY.error(
                    "PV " + pv.path + " cannot be reached",
                    "it is away",
                    "see to its connection; what is on it is there again when it returns");
        }
    }

    /** A block of which only a part is written must be right before, else the damage would get a valid checksum. */
    private void verify(int within, int length, boolean partialOnly) {
        for (int i = within / SUM_BYTES; i < sums.length && i * SUM_BYTES < within + length; i++) {
            boolean whole = i * SUM_BYTES >= within && (i + 1) * SUM_BYTES <= within + length;
            if (!(partialOnly && whole) && sums[i] != sumOf(i)) {
                throw StorageError.DATA_DAMAGED.error(
                        "LU " + owner + " has damaged data at " + where(),
                        "its content does not have the checksum that was written with it",
                        "write this part anew from a copy");
            }
        }
    }

    String where() {
        return "PV " + pv.path + " offset " + (long) place * content.capacity();
    }

    private void sum(int within, int length) {
        for (int i = within / SUM_BYTES; i < sums.length && i * SUM_BYTES < within + length; i++) {
            sums[i] = sumOf(i);
        }
    }

    private int sumOf(int block) {
        CRC32C sum = new CRC32C();
        sum.update(content.slice(block * SUM_BYTES, SUM_BYTES));
        return (int) sum.getValue();
    }
}
