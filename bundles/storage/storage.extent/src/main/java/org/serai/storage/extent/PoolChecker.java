package org.serai.storage.extent;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.serai.storage.PoolCheck;

/** Checks all metadata of a pool while it is in use: what looks wrong and changes meanwhile is looked at again. */
final class PoolChecker {
    private static final int TRIES = 5;

    private final PvSet pvs;
    private final Space space;
    private final List<String> errors = new ArrayList<>();
    private long checked;
    private long leaked;

    PoolChecker(PvSet pvs, Space space) {
        this.pvs = pvs;
        this.space = space;
    }

    PoolCheck check() {
        try {
            for (Pv pv : pvs.all()) {
                checkSuperblock(pv);
                checkLedger(pv);
            }
            for (UUID lu : space.lus().stream().sorted().toList()) {
                checkLu(lu);
            }
        } catch (IOException e) {
            errors.add("The check ended early: " + e.getMessage());
        }
        return new PoolCheck(errors.isEmpty(), List.copyOf(errors), checked, leaked);
    }

    private void checkSuperblock(Pv pv) throws IOException {
        int intact = pv.superblock().intactCopies(pv.file());
        if (intact < 2) {
            errors.add("PV " + pv.file().path() + ": superblock has " + (2 - intact) + " damaged of 2 copies");
        }
    }

    private void checkLedger(Pv pv) throws IOException {
        List<String> found = List.of();
        for (int i = 0; i < TRIES; i++) {
            found = LedgerPages.errors(pv);
            if (found.isEmpty()) {
                return;
            }
        }
        errors.addAll(found);
    }

    private void checkLu(UUID lu) throws IOException {
        Attempt last = attempt(lu);
        for (int i = 1; i < TRIES && !last.errors.isEmpty(); i++) {
            last = attempt(lu);
        }
        errors.addAll(last.errors);
        checked += last.checked;
        leaked += last.leaked;
    }

    private record Attempt(List<String> errors, long checked, long leaked) {}

    private Attempt attempt(UUID lu) throws IOException {
        List<Ledger.Entry> units = space.unitsOf(lu);
        if (units.isEmpty()) {
            return new Attempt(List.of(), 0, 0);
        }
        long extents = units.stream()
                .mapToLong(unit -> pvs.at(unit.position()).geometry().unitExtents())
                .sum();
        if (units.getFirst().sequence() > 0) {
            // Half deleted, or its making was cut short: nobody can open it, deleting it again frees the rest.
            return new Attempt(List.of(), 0, extents);
        }
        Pv pv = pvs.at(units.getFirst().position());
        long root = ExtentAddress.of(
                units.getFirst().position(),
                (long) units.getFirst().unit() * pv.geometry().unitExtents());
        LuPages pages = new LuPages(pvs, lu, new LuShape(pv.geometry().extentBytes()));
        Optional<LuHeader> header = LuHeader.read(pv.file(), pages.offset(root), lu);
        Optional<LayerTable.Found> table = LayerTable.read(pv, pages.offset(root), lu);
        String name = pages.name(Pages.Kind.HEADER, 0, pv.file(), pages.offset(root));
        if (header.isEmpty()) {
            return new Attempt(List.of(name + " has no intact copy"), 1, 0);
        }
        if (header.get().state() == LuHeader.State.DELETED) {
            return new Attempt(List.of(), 0, extents);
        }
        String tableName = pages.name(Pages.Kind.TABLE, 0, pv.file(), pages.offset(root) + LayerTable.OFFSET);
        if (table.isEmpty()) {
            return new Attempt(List.of(tableName + " has no intact copy"), 1, 0);
        }
        List<String> found = new ArrayList<>();
        boolean clean = header.get().state() == LuHeader.State.CLEAN;
        if (header.get().intactCopies() < 2 && clean) {
            found.add(name + " has one damaged copy");
        }
        if (table.get().intactCopies() < 2 && clean) {
            found.add(tableName + " has one damaged copy");
        }
        return scan(pages, header.get(), table.get().table(), units, root, found);
    }

    private Attempt scan(
            LuPages pages, LuHeader header, LayerTable table, List<Ledger.Entry> units, long root, List<String> found)
            throws IOException {
        boolean clean = header.state() == LuHeader.State.CLEAN;
        LuHeader.Counts counts = header.counts();
        LuSpace luSpace = new LuSpace(pvs, units);
        luSpace.resume(counts.cursorSequence(), counts.cursorExtent(), counts.freed());
        LuScan scan = LuScan.check(pages, root, table, luSpace);
        found.addAll(scan.errors());
        if (clean) {
            found.addAll(scan.tornPages());
        }
        if (clean && found.isEmpty() && scan.dataExtents() != counts.owned()) {
            found.add("LU " + header.lu() + ": the header counts " + counts.owned() + " extents, the maps "
                    + scan.dataExtents());
        }
        // Of an open LU the newest part of the map is in its holder's memory: nothing can be said about a leak.
        long lost = clean ? luSpace.extentsBeforeCursor() - counts.freed() - scan.allExtents() : 0;
        return new Attempt(found, scan.allExtents(), lost);
    }
}
