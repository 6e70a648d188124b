package org.serai.storage.extent.check;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.serai.ffdc.SeraiException;
import org.serai.storage.PoolCheck;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;
import org.serai.storage.extent.data.DataCheck;
import org.serai.storage.extent.lu.LuHeader;
import org.serai.storage.extent.lu.LuSpace;
import org.serai.storage.extent.map.LayerTable;
import org.serai.storage.extent.map.LuPages;
import org.serai.storage.extent.map.LuShape;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.extent.pv.Pv;
import org.serai.storage.extent.pv.PvAwayException;
import org.serai.storage.extent.pv.PvSet;
import org.serai.storage.extent.space.ExtentAddress;
import org.serai.storage.extent.space.Ledger;
import org.serai.storage.extent.space.LedgerPages;
import org.serai.storage.extent.space.Space;

/**
 * Checks all metadata of a pool while it is in use: what looks wrong and changes meanwhile is looked at again. A unit has
 * one owner in the ledger, so that an extent of two LUs shows as one that is not its LU's; within an LU each extent is
 * noted once. In memory is a bit for each extent of one LU at a time.
 */
public final class PoolChecker {
    private static final int TRIES = 5;
    private static final int TELL_EXTENTS = 256;

    private final PvSet pvs;
    private final Space space;
    private final DataCheck data;
    private final Losses losses;
    private final Progress progress;
    private final List<String> lost = new ArrayList<>();
    private final List<String> errors = new ArrayList<>();
    private long checked;
    private long leaked;
    private long done;
    private long total;

    /** A check that tells how far it is. */
    public PoolChecker(PvSet pvs, Space space, DataCheck data, Losses losses, Progress progress) {
        this.data = data;
        this.losses = losses;
        this.pvs = pvs;
        this.space = space;
        this.progress = progress;
    }

    /** Checks; damage is in the result. */
    public PoolCheck check() {
        try {
            // A file that was renamed still works for who has it open, and would not be found at the next start.
            pvs.all().forEach(pv -> pv.file().isPresent());
            space.refresh();
            for (Pv pv : pvs.all()) {
                if (space.isCurrent(pv)) {
                    checkSuperblock(pv);
                    checkLedger(pv);
                } else {
                    errors.add("PV " + pv.file().path() + ": not checked, for it cannot be reached: "
                            + pv.file().why());
                }
            }
            total = space.usage(0).usedBytes();
            for (UUID lu : space.lus().stream().sorted().toList()) {
                checkLu(lu);
            }
        } catch (IOException e) {
            errors.add("The check ended early: " + e.getMessage());
        }
        return new PoolCheck(errors.isEmpty(), List.copyOf(errors), checked, leaked, List.copyOf(lost));
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

    private void checkLu(UUID lu) {
        List<Ledger.Entry> units = space.known(lu);
        Attempt last = attempt(lu, units);
        for (int i = 1; i < TRIES && !last.errors.isEmpty(); i++) {
            units = space.unitsNow(lu);
            last = attempt(lu, units);
        }
        errors.addAll(last.errors);
        lost.addAll(losses.told(lu));
        checked += last.checked;
        leaked += last.leaked;
        done += units.stream()
                .mapToLong(unit -> pvs.at(unit.position()).geometry().unitBytes())
                .sum();
        tell(0);
    }

    /** Says how far the check is, with what was looked at of the LU that is being checked. */
    private void tell(long ofLu) {
        if (!progress.at(done + ofLu, Math.max(done + ofLu, total))) {
            throw StorageError.CANCELLED.error(
                    "The check of the pool was cancelled", "somebody asked for it", "begin it again when it suits");
        }
    }

    private record Attempt(List<String> errors, long checked, long leaked) {}

    private Attempt attempt(UUID lu, List<Ledger.Entry> units) {
        try {
            return look(lu, units);
        } catch (PvAwayException e) {
            return new Attempt(List.of("LU " + lu + ": not checked: " + e.getMessage()), 0, 0);
        } catch (IOException e) {
            return new Attempt(List.of("LU " + lu + ": not checked to its end: " + e.getMessage()), 0, 0);
        } catch (SeraiException e) {
            if (e.code() == StorageError.CANCELLED) {
                throw e;
            }
            return new Attempt(List.of("LU " + lu + ": " + e.what() + ": " + e.reason()), 0, 0);
        }
    }

    private Attempt look(UUID lu, List<Ledger.Entry> units) throws IOException {
        if (units.isEmpty()) {
            return new Attempt(List.of(), 0, 0);
        }
        long extents = units.stream()
                .mapToLong(unit -> pvs.at(unit.position()).geometry().unitExtents())
                .sum();
        if (units.getFirst().sequence() > 0) {
            // Half deleted: nobody can open it, deleting it again or a repair frees the rest.
            return new Attempt(List.of(), 0, extents);
        }
        for (int i = 1; i < units.size(); i++) {
            if (units.get(i).sequence() == units.get(i - 1).sequence()) {
                return new Attempt(
                        List.of("LU " + lu + ": two of its units have the same place "
                                + units.get(i).sequence()),
                        1,
                        0);
            }
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
        long[] seen = new long[1];
        long extentBytes = pages.shape().extentBytes();
        LuScan scan = LuScan.check(pages, root, table, luSpace, (layer, extent, address) -> {
            if (++seen[0] % TELL_EXTENTS == 0) {
                tell(seen[0] * extentBytes);
            }
            String what = "LU " + header.lu() + ": extent " + extent + " of layer " + layer;
            data.look(what, extent * extentBytes, address, clean).ifPresent(found::add);
        });
        found.addAll(scan.errors());
        if (clean) {
            found.addAll(scan.tornPages());
        }
        // Of what went with a PV that was given up the header cannot tell.
        boolean counted = scan.lostExtents() == 0 && !LuSpace.maybeFewer(pvs, units, counts.cursorSequence());
        if (clean && counted && found.isEmpty() && scan.dataExtents() != counts.owned()) {
            found.add("LU " + header.lu() + ": the header counts " + counts.owned() + " extents, the maps "
                    + scan.dataExtents());
        }
        // Of an open LU the newest part of the map is in its holder's memory: nothing can be said about a leak.
        long unused = clean && counted ? luSpace.extentsBeforeCursor() - counts.freed() - scan.allExtents() : 0;
        return new Attempt(found, scan.allExtents(), unused);
    }
}
