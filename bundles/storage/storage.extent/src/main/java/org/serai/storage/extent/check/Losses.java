package org.serai.storage.extent.check;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.IntPredicate;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;
import org.serai.storage.extent.lu.LuRoot;
import org.serai.storage.extent.lu.LuRoots;
import org.serai.storage.extent.map.Layer;
import org.serai.storage.extent.map.LuMap;
import org.serai.storage.extent.map.LuShape;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.extent.pv.Pv;
import org.serai.storage.extent.pv.PvAwayException;
import org.serai.storage.extent.pv.PvSet;
import org.serai.storage.extent.pv.Sizes;
import org.serai.storage.extent.space.ExtentAddress;
import org.serai.storage.extent.space.Ledger;
import org.serai.storage.extent.space.Space;
import org.serai.storage.spi.PvChanges.Loss;

/** Finds what LUs lose with a PV that cannot be read, or have lost with those that were given up. */
public final class Losses {
    private static final int TOLD_AT_MOST = 16;

    private final PvSet pvs;
    private final Space space;
    private final LuShape shape;

    /** Losses in a pool. */
    public Losses(PvSet pvs, Space space, long extentBytes) {
        this.pvs = pvs;
        this.space = space;
        this.shape = new LuShape(extentBytes);
    }

    /** A part of an LU, in bytes. */
    private record Gap(long offset, long length) {}

    /** What is lost of an LU: of what it shows, and which of its snapshots are concerned. */
    private record Found(boolean whole, List<Gap> gaps, List<UUID> snapshots) {
        static final Found ALL = new Found(true, List.of(), List.of());

        long bytes() {
            return gaps.stream().mapToLong(Gap::length).sum();
        }
    }

    /** What LUs would lose without that PV. */
    public List<Loss> with(Pv pv) {
        List<Loss> losses = new ArrayList<>();
        for (UUID lu : space.lus()) {
            List<Ledger.Entry> units = space.known(lu);
            boolean there = units.stream().anyMatch(unit -> unit.position() == pv.position());
            Found found = find(lu, units, position -> position == pv.position() || pvs.isLost(position));
            if (found.whole()
                    ? there || !pv.isKnown()
                    : found.bytes() > 0 || !found.snapshots().isEmpty()) {
                losses.add(new Loss(lu, found.bytes(), found.snapshots(), found.whole()));
            }
        }
        return losses;
    }

    /** How much of what an LU shows was lost; all of it if it cannot be opened. */
    public long lostBytes(UUID lu) {
        List<Ledger.Entry> units = space.unitsNow(lu);
        if (!pvs.isAnyLost()) {
            return 0;
        }
        Found found = find(lu, units, pvs::isLost);
        return found.whole() ? Long.MAX_VALUE : found.bytes();
    }

    /** What was lost of an LU, a sentence each. */
    List<String> told(UUID lu) {
        if (!pvs.isAnyLost()) {
            return List.of();
        }
        Found found = find(lu, space.known(lu), pvs::isLost);
        String with = " went with a PV that was removed as lost";
        if (found.whole()) {
            return List.of("LU " + lu + ": its beginning" + with + ", nothing of it can be read");
        }
        List<String> told = new ArrayList<>();
        for (Gap gap :
                found.gaps().subList(0, Math.min(TOLD_AT_MOST, found.gaps().size()))) {
            told.add("LU " + lu + ": " + Sizes.human(gap.length()) + " at offset " + gap.offset() + with);
        }
        if (found.gaps().size() > TOLD_AT_MOST) {
            told.add("LU " + lu + ": " + (found.gaps().size() - TOLD_AT_MOST) + " more parts" + with + ", "
                    + Sizes.human(found.bytes()) + " in all");
        }
        found.snapshots().forEach(snapshot -> told.add("LU " + lu + ": a part of its snapshot " + snapshot + with));
        return told;
    }

    private Found find(UUID lu, List<Ledger.Entry> units, IntPredicate gone) {
        if (units.isEmpty()
                || units.getFirst().sequence() > 0
                || gone.test(units.getFirst().position())) {
            return Found.ALL;
        }
        LuRoots roots = new LuRoots(pvs, space, shape, gone);
        try {
            Optional<LuRoot.Found> root = LuRoot.find(roots.pages(lu), roots.rootOf(units.getFirst()));
            return root.isEmpty() ? Found.ALL : find(lu, roots, root.get(), gone);
        } catch (PvAwayException e) {
            // It needs another PV that is away: nothing can be said of it now.
            return new Found(false, List.of(), List.of());
        } catch (IOException e) {
            throw Pv.failed("Reading the maps of LU " + lu + " failed", e);
        } catch (SeraiException e) {
            if (e.code() == StorageError.DATA_DAMAGED) {
                return Found.ALL;
            }
            throw e;
        }
    }

    private Found find(UUID lu, LuRoots roots, LuRoot.Found root, IntPredicate gone) throws IOException {
        List<Gap> gaps = List.of();
        List<UUID> snapshots = new ArrayList<>();
        for (Layer layer : root.table().layers()) {
            boolean top = layer.state() == Layer.State.TOP;
            if (top || layer.state() == Layer.State.SNAPSHOT) {
                LuMap map = roots.map(root.table(), layer, roots.pages(lu), shape.mapExtents(layer.sizeBytes()), false);
                List<Gap> found = gaps(map, layer.sizeBytes(), gone);
                if (top) {
                    gaps = found;
                } else if (!found.isEmpty()) {
                    snapshots.add(layer.id());
                }
            }
        }
        return new Found(false, gaps, snapshots);
    }

    private List<Gap> gaps(LuMap map, long sizeBytes, IntPredicate gone) throws IOException {
        List<Gap> gaps = new ArrayList<>();
        long begin = -1;
        long extents = shape.extents(sizeBytes);
        for (long extent = 0; extent <= extents; extent++) {
            boolean lost = extent < extents && isLost(map, extent, gone);
            if (lost && begin < 0) {
                begin = extent * shape.extentBytes();
            } else if (!lost && begin >= 0) {
                gaps.add(new Gap(begin, Math.min(extent * shape.extentBytes(), sizeBytes) - begin));
                begin = -1;
            }
            if (extent < extents && !map.hasAny((int) (extent / Pages.LONGS))) {
                extent = Math.min(extents, (extent / Pages.LONGS + 1) * Pages.LONGS) - 1;
            }
        }
        return gaps;
    }

    private static boolean isLost(LuMap map, long extent, IntPredicate gone) throws IOException {
        long entry = map.find(extent);
        return ExtentAddress.given(entry) && gone.test(ExtentAddress.position(entry));
    }
}
