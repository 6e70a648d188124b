package org.serai.storage.extent.check;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.serai.ffdc.SeraiException;
import org.serai.storage.extent.lu.LuHeader;
import org.serai.storage.extent.lu.LuRoot;
import org.serai.storage.extent.lu.LuSpace;
import org.serai.storage.extent.map.LuPages;
import org.serai.storage.extent.map.LuShape;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.extent.pv.Pv;
import org.serai.storage.extent.pv.PvSet;
import org.serai.storage.extent.space.ChangePage;
import org.serai.storage.extent.space.ExtentAddress;
import org.serai.storage.extent.space.Ledger;
import org.serai.storage.extent.space.LedgerPages;
import org.serai.storage.extent.space.Space;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mends what can be mended without a doubt: damaged copies from intact ones, units that belong to nobody, the rest of
 * LUs whose making or deletion was cut off, and extents that an LU counts as used and no map names. What PVs hold
 * together is mended while no other node changes it. Of LUs only those are touched that were closed in order; the caller
 * sees to it that none of them is opened meanwhile. Everything can be repeated after a crash.
 */
public final class PoolRepair {
    private static final Logger LOG = LoggerFactory.getLogger(PoolRepair.class);

    private final PvSet pvs;
    private final Space space;

    /** A repair of a pool in use. */
    public PoolRepair(PvSet pvs, Space space) {
        this.pvs = pvs;
        this.space = space;
    }

    /** Mends what can be mended without a doubt. */
    public void run() {
        for (Pv pv : pvs.all()) {
            space.exclusively("Mending PV " + pv.file().path(), () -> {
                space.refresh();
                if (space.isCurrent(pv)) {
                    mend(pv);
                }
                return pv;
            });
        }
        for (UUID lu : space.lus()) {
            try {
                freeIfNobodys(lu);
                space.quietly("Mending LU " + lu, () -> mend(lu));
            } catch (SeraiException e) {
                // What cannot be mended is told by the check that follows.
                LOG.warn("LU {} cannot be mended: {}", lu, e.getMessage());
            }
        }
    }

    private void mend(Pv pv) throws IOException {
        Optional<String> changes = ChangePage.damage(pv.file(), pv.superblock(), Pages.allocate(2));
        if (changes.isPresent() || LedgerPages.damaged(pv).length > 0) {
            space.mend(pv);
        }
        if (pv.superblock().intactCopies(pv.file()) < 2) {
            space.rewrite(pv, old -> old.next(old.state(), old.members(), old.geometry()));
        }
    }

    /**
     * Frees what is left of an LU without a root, and one that is marked as deleted: a deletion runs in one section that
     * excludes others, so that one found halfway was cut off.
     */
    private void freeIfNobodys(UUID lu) {
        space.exclusively("Freeing what nobody has", () -> {
            List<Ledger.Entry> units = space.unitsOf(lu);
            boolean whole = space.unseen().isEmpty();
            if (whole && !units.isEmpty() && isNobodys(units)) {
                space.release(lu, 0);
                LOG.info("{} units of LU {}, which was half deleted, are free", units.size(), lu);
            }
            return units;
        });
    }

    private boolean isNobodys(List<Ledger.Entry> units) throws IOException {
        Ledger.Entry root = units.getFirst();
        if (root.sequence() > 0) {
            return true;
        }
        LuPages pages = pages(root);
        long address = address(root);
        return LuHeader.read(pages.pv(address).file(), pages.offset(address), root.lu())
                .filter(header -> header.state() == LuHeader.State.DELETED)
                .isPresent();
    }

    private LuPages pages(Ledger.Entry root) {
        long extentBytes = pvs.at(root.position()).geometry().extentBytes();
        return new LuPages(pvs, root.lu(), new LuShape(extentBytes));
    }

    private long address(Ledger.Entry root) {
        int unitExtents = pvs.at(root.position()).geometry().unitExtents();
        return ExtentAddress.of(root.position(), (long) root.unit() * unitExtents);
    }

    private boolean mend(UUID lu) throws IOException {
        List<Ledger.Entry> units = space.unitsOf(lu);
        if (units.isEmpty() || units.getFirst().sequence() > 0) {
            return false;
        }
        LuPages pages = pages(units.getFirst());
        long root = address(units.getFirst());
        Optional<LuRoot.Found> found = LuRoot.find(pages, root);
        if (found.isEmpty() || found.get().header().state() != LuHeader.State.CLEAN) {
            return false;
        }
        LuHeader header = found.get().header();
        LuHeader.Counts counts = header.counts();
        LuSpace luSpace = new LuSpace(pvs, units);
        luSpace.resume(counts.cursorSequence(), counts.cursorExtent(), counts.freed());
        LuScan scan = LuScan.repair(pages, root, found.get().table(), luSpace, header.epoch());
        Pv pv = pages.pv(root);
        int incarnation = pv.incarnation();
        if (found.get().intactTables() < 2) {
            found.get().table().write(pv, pages.offset(root), lu, header.epoch());
        }
        if (!scan.errors().isEmpty()) {
            // The check tells what it is. Nothing is said about counts of what cannot be read.
            return false;
        }
        boolean gone = scan.lostExtents() > 0 || LuSpace.maybeFewer(pvs, units, counts.cursorSequence());
        boolean counted = gone
                || scan.dataExtents() == counts.owned()
                        && luSpace.extentsBeforeCursor() - counts.freed() == scan.allExtents();
        if (header.intactCopies() == 2 && counted) {
            return true;
        }
        // An LU that counts wrongly is said not to have been closed in order: its next open counts anew.
        LuHeader.State state = counted ? LuHeader.State.CLEAN : LuHeader.State.OPEN;
        LuHeader mended = header.next(header.epoch(), state);
        mended.write(pv.file(), pages.offset(root));
        pv.sync(incarnation);
        return true;
    }
}
