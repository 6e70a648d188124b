package org.serai.storage.extent.lu;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;
import org.serai.storage.extent.map.LayerTable;
import org.serai.storage.extent.map.LuPages;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.extent.pv.Pv;
import org.serai.storage.extent.pv.PvMarks;

/** The root extent of an open LU: header and layer table. */
public final class LuRoot {
    /** Pages of a header and of the beginning of the layer table behind it. */
    static final int PEEKED = (int) (LayerTable.OFFSET / Pages.BYTES) + 1;

    private final LuPages pages;
    private final long epoch;
    private final ByteBuffer probe = Pages.allocate(2);
    private volatile long address;
    private LuHeader header;
    private volatile LayerTable table;

    /** A root at an address, as it was read. */
    public LuRoot(LuPages pages, long address, LuHeader header, LayerTable table) {
        this.pages = pages;
        this.address = address;
        this.header = header;
        this.epoch = header.epoch();
        this.table = table;
    }

    /**
     * A root as it is on its PV.
     *
     * @param intactTables how many copies of the table are intact and alike
     */
    public record Found(LuHeader header, LayerTable table, int intactTables) {
        /** Whether the LU was closed in order. */
        public boolean clean() {
            return header.state() == LuHeader.State.CLEAN && header.intactCopies() == 2;
        }
    }

    /** Reads a root; fails if header or table has no intact copy. */
    static Found read(LuPages pages, long address) throws IOException {
        Pv pv = pages.pv(address);
        long offset = pages.offset(address);
        LuHeader header = LuHeader.read(pv.file(), offset, pages.lu())
                .orElseThrow(() -> pages.damaged(pages.name(Pages.Kind.HEADER, 0, pv.file(), offset)));
        LayerTable.Found table = LayerTable.read(pv, offset, pages.lu())
                .orElseThrow(
                        () -> pages.damaged(pages.name(Pages.Kind.TABLE, 0, pv.file(), offset + LayerTable.OFFSET)));
        return new Found(header, table.table(), table.intactCopies());
    }

    /** Reads a root, if one is there. */
    public static Optional<Found> find(LuPages pages, long address) throws IOException {
        Pv pv = pages.pv(address);
        Optional<LuHeader> header = LuHeader.read(pv.file(), pages.offset(address), pages.lu());
        Optional<LayerTable.Found> table = LayerTable.read(pv, pages.offset(address), pages.lu());
        return header.isEmpty() || table.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Found(header.get(), table.get().table(), table.get().intactCopies()));
    }

    /** How long an LU is and what it has, if that follows from the first pages of a root, read into memory of {@link #PEEKED}. */
    static Optional<Figures> peek(LuPages pages, long address, ByteBuffer memory) throws IOException {
        pages.pv(address).file().peekPages(memory.duplicate().clear(), pages.offset(address));
        return LuHeader.newer(memory, pages.lu())
                .filter(header -> header.state() != LuHeader.State.DELETED)
                .flatMap(header -> LayerTable.ofOnePage(memory, (int) LayerTable.OFFSET, pages.lu())
                        .filter(table -> table.generation() == header.table())
                        .map(table -> new Figures(table.top().sizeBytes(), header.counts())));
    }

    /** What is told of an LU that need not be open. */
    public record Figures(long sizeBytes, LuHeader.Counts counts) {
        static Figures of(Found found) {
            return new Figures(found.table().top().sizeBytes(), found.header().counts());
        }
    }

    /** Where the LU's pages are found. */
    public LuPages pages() {
        return pages;
    }

    UUID lu() {
        return pages.lu();
    }

    /** The extent that it is in. */
    public long address() {
        return address;
    }

    /** The epoch under which the LU is open. */
    public long epoch() {
        return epoch;
    }

    boolean thick() {
        return header.thick();
    }

    /** The layers as they are now. */
    public LayerTable table() {
        return table;
    }

    /** Makes another table durable. */
    public synchronized void write(LayerTable changed) throws IOException {
        requireCurrent();
        changed.write(pages.pv(address), pages.offset(address), lu(), epoch);
        table = changed;
        // Tells readers on other nodes to look at the table again.
        write(LuHeader.State.OPEN, header.counts(), new PvMarks());
    }

    /** Writes a header, durable after a sync of what is marked. */
    public synchronized void write(LuHeader.State state, LuHeader.Counts counts, PvMarks marks) throws IOException {
        Pv pv = pages.pv(address);
        int incarnation = pv.incarnation();
        header = header.next(epoch, state, counts, table.generation());
        header.write(pv.file(), pages.offset(address));
        marks.mark(pv, incarnation);
    }

    /** Fails if the LU was opened under another epoch since. */
    synchronized void requireCurrent() throws IOException {
        Pv pv = pages.pv(address);
        Optional<LuHeader> found = LuHeader.peek(pv.file(), pages.offset(address), lu(), probe);
        if (found.isEmpty() || found.get().epoch() != epoch) {
            throw stale(found.map(h -> "its header has epoch " + h.epoch()).orElse("its header is gone"));
        }
    }

    private SeraiException stale(String found) {
        return StorageError.STALE.error(
                "LU " + lu() + " is not this node's any more",
                "epoch " + epoch + " is over: " + found,
                "open it again under a new lock");
    }

    /** Writes header and table at another place too, and uses that from now on. Nobody else may be here meanwhile. */
    synchronized void moveTo(long to, PlaceChange change) throws IOException {
        requireCurrent();
        Pv pv = pages.pv(to);
        LuHeader moved = header.next(epoch, LuHeader.State.OPEN);
        table.write(pv, pages.offset(to), lu(), epoch);
        int incarnation = pv.incarnation();
        moved.write(pv.file(), pages.offset(to));
        moved = moved.next(epoch, LuHeader.State.OPEN);
        moved.write(pv.file(), pages.offset(to));
        pv.sync(incarnation);
        change.run();
        Pv old = pages.pv(address);
        int oldIncarnation = old.incarnation();
        // Whoever still looks there is told that it does not count any more.
        header.next(epoch, LuHeader.State.DELETED).write(old.file(), pages.offset(address));
        old.sync(oldIncarnation);
        header = moved;
        address = to;
    }

    /** Tells the ledger. */
    interface PlaceChange {
        void run() throws IOException;
    }
}
