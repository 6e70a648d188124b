package org.serai.storage.extent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.serai.cluster.spi.LeaseArea;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.extent.pv.Pv;

/** The lease area on a pool's first PV: a page for each slot, past the page cache both ways. */
final class ExtentLeases implements LeaseArea {
    private final UUID pool;
    private final Pv first;
    private final ByteBuffer page = Pages.allocate(1);
    /** As long as the most that was read at once. */
    private ByteBuffer pages = page;

    ExtentLeases(UUID pool, Pv first) {
        this.pool = pool;
        this.first = first;
    }

    @Override
    public UUID pool() {
        return pool;
    }

    @Override
    public int slots() {
        return first.geometry().leaseSlots();
    }

    @Override
    public synchronized void read(int slot, ByteBuffer into) throws IOException {
        first.file().readPages(page.clear(), offset(slot));
        into.put(page.flip().limit(SLOT_BYTES));
    }

    @Override
    public synchronized void read(int firstSlot, int count, ByteBuffer into) throws IOException {
        offset(firstSlot + count - 1);
        if (pages.capacity() < count * Pages.BYTES) {
            pages = Pages.allocate(count);
        }
        first.file().readPages(pages.clear().limit(count * Pages.BYTES), offset(firstSlot));
        for (int i = 0; i < count; i++) {
            into.put(pages.clear().position(i * Pages.BYTES).limit(i * Pages.BYTES + SLOT_BYTES));
        }
    }

    @Override
    public synchronized void write(int slot, ByteBuffer from) throws IOException {
        Pages.blank(page.clear(), 0, Pages.BYTES);
        page.put(0, from, from.position(), SLOT_BYTES);
        from.position(from.position() + SLOT_BYTES);
        first.file().writePages(page, offset(slot));
        first.file().sync();
    }

    private long offset(int slot) {
        if (slot < 0 || slot >= slots()) {
            throw new IndexOutOfBoundsException("slot " + slot + " of " + slots());
        }
        return first.geometry().leaseOffset() + (long) slot * Pages.BYTES;
    }
}
