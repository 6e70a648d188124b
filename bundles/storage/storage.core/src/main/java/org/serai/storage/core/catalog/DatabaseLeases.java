package org.serai.storage.core.catalog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.serai.cluster.spi.LeaseArea;
import org.serai.database.Database;
import org.serai.ffdc.SeraiException;

/**
 * The lease area of a pool whose storage has none: rows of the VIOS DB. A node that does not reach the database does not
 * renew here, and so stops serving. Each renewal is a commit: that is for a few nodes, not for hundreds.
 */
final class DatabaseLeases implements LeaseArea {
    private static final int SLOTS = 1024;

    private final Database database;
    private final UUID pool;

    DatabaseLeases(Database database, UUID pool) {
        this.database = database;
        this.pool = pool;
    }

    @Override
    public UUID pool() {
        return pool;
    }

    @Override
    public int slots() {
        return SLOTS;
    }

    @Override
    public void read(int slot, ByteBuffer into) throws IOException {
        read(slot, 1, into);
    }

    /** From the database itself: a view may be behind, and what is seen late could be taken for silence. */
    @Override
    public void read(int first, int count, ByteBuffer into) throws IOException {
        byte[] slots = new byte[count * SLOT_BYTES];
        try {
            for (LeaseSlotRow row : database.read(transaction -> transaction.list(LeaseSlotRow.class, "pool", pool))) {
                if (row.slot() >= first && row.slot() < first + count) {
                    byte[] record = row.bytes();
                    System.arraycopy(
                            record, 0, slots, (row.slot() - first) * SLOT_BYTES, Math.min(record.length, SLOT_BYTES));
                }
            }
        } catch (SeraiException unreachable) {
            throw failed("read", unreachable);
        }
        into.put(slots);
    }

    @Override
    public void write(int slot, ByteBuffer from) throws IOException {
        byte[] record = new byte[SLOT_BYTES];
        from.get(record);
        LeaseSlotRow row = LeaseSlotRow.of(pool, slot, record);
        try {
            database.write(
                    transaction -> transaction.get(LeaseSlotRow.class, row.id()).isPresent()
                            ? transaction.update(row)
                            : transaction.insert(row));
        } catch (SeraiException unreachable) {
            throw failed("written", unreachable);
        }
    }

    private IOException failed(String done, SeraiException why) {
        return new IOException("the lease slots of pool " + pool + " in the VIOS DB were not " + done, why);
    }
}
