package org.serai.storage.extent.lu;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.serai.ffdc.SeraiException;
import org.serai.storage.extent.map.Layer;
import org.serai.storage.extent.pv.Pv;
import org.serai.storage.extent.space.ExtentSet;
import org.serai.storage.extent.space.Ledger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes freed extents of an open LU usable again, gives wholly free units back to the pool, and finds what is free. */
final class Reclaiming {
    private static final Logger LOG = LoggerFactory.getLogger(Reclaiming.class);

    private final LuCore core;
    /** Whether others may be reading by an older map: then nothing is used again while this LU is open. */
    private final boolean shared;

    private final ReentrantLock reclaiming = new ReentrantLock();

    Reclaiming(LuCore core, boolean shared) {
        this.core = core;
        this.shared = shared;
    }

    /** Frees what has left the maps durably. Outside of the gate, and of every lock inside it. */
    void run() {
        if (!core.freed.isDurable()) {
            return;
        }
        free();
        if (!shared && core.space.isScanWorthwhile()) {
            core.change("Looking for free space of", () -> {
                findFree();
                return core;
            });
        }
        giveBackUnits(false);
    }

    /** As above, when nobody uses the LU any more: what was taken ahead and not used is given back too. */
    void last() {
        free();
        giveBack(this::unusedAtLast);
    }

    private List<Ledger.Entry> unusedAtLast() {
        // Of what was never used no reader's map knows, not even an older one.
        List<Ledger.Entry> unused = new ArrayList<>(core.space.removeAhead());
        unused.addAll(empty(false));
        return unused;
    }

    private void free() {
        reclaiming.lock();
        try {
            ExtentSet gone = withoutLost(core.freed.takeDurable());
            if (core.moved) {
                core.moved = false;
                tellFollowers();
            }
            if (shared) {
                core.space.withhold(gone);
                return;
            }
            core.gate.grace();
            gone.forEach(core.data::giveBack);
            core.space.release(gone);
        } finally {
            reclaiming.unlock();
        }
    }

    /** What went with a PV that was given up is nobody's space any more. */
    private ExtentSet withoutLost(ExtentSet gone) {
        if (!core.pages.pvs().isAnyLost()) {
            return gone;
        }
        ExtentSet left = new ExtentSet();
        gone.forEach(address -> {
            if (!core.pages.isGone(address)) {
                left.add(address);
            }
        });
        return left;
    }

    private void tellFollowers() {
        try {
            core.growth.moved();
        } catch (IOException e) {
            throw core.gate.refuse(Pv.failed("Telling clones of LU " + core.root.lu() + " failed", e));
        }
    }

    /**
     * Gives back the units in which nothing is used any more.
     *
     * @param spare those too in which nothing ever was
     */
    void giveBackUnits(boolean spare) {
        giveBack(() -> empty(spare));
    }

    private List<Ledger.Entry> empty(boolean spare) {
        return shared ? List.of() : core.space.removeEmpty(spare);
    }

    private void giveBack(Supplier<List<Ledger.Entry>> removal) {
        reclaiming.lock();
        try {
            List<Ledger.Entry> empty = removal.get();
            if (empty.isEmpty()) {
                return;
            }
            try {
                core.growth.release(empty);
            } catch (SeraiException e) {
                LOG.warn("LU {} keeps {} free units: {}", core.root.lu(), empty.size(), e.getMessage());
                core.space.add(empty);
            }
        } finally {
            reclaiming.unlock();
        }
    }

    /** Finds out which extents are free, by reading the maps of all layers, unless it is known. Outside of the gate. */
    void findFree() throws IOException {
        core.structure.lock();
        reclaiming.lock();
        try {
            if (core.space.isExact()) {
                return;
            }
            boolean done = false;
            core.space.beginScan();
            try {
                // What was taken before this is in a map, or was given back.
                core.gate.grace();
                ExtentSet found = new ExtentSet();
                found.add(core.root.address());
                Layers layers = new Layers(core);
                for (Layer layer : core.root.table().layers()) {
                    layers.addAll(layers.mapOf(layer), found);
                }
                // What has left a map since is on its way through the flush.
                core.gate.grace();
                core.flush.between(() -> {
                    core.freed.addTo(found);
                    return found;
                });
                core.space.endScan(found);
                done = true;
            } finally {
                if (!done) {
                    core.space.dropScan();
                }
            }
        } finally {
            reclaiming.unlock();
            core.structure.unlock();
        }
    }
}
