package org.serai.storage.extent.lu;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.serai.storage.extent.map.Layer;
import org.serai.storage.extent.map.LayerMap;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.extent.pv.Pv;
import org.serai.storage.extent.space.ExtentAddress;
import org.serai.storage.extent.space.ExtentSet;
import org.serai.storage.extent.space.Ledger;

/** Moves the map extents, directories and root of an open LU to PVs where they may be. Part of long work. */
final class MetadataMoves {
    private static final int PAGES_AT_ONCE = 64;

    private final LuCore core;
    private final Layers layers;

    MetadataMoves(LuCore core) {
        this.core = core;
        this.layers = new Layers(core);
    }

    void run() throws IOException {
        List<Integer> numbers =
                core.root.table().layers().stream().map(Layer::number).toList();
        for (int number : numbers) {
            moveMapExtents(number);
            moveDirectory(number);
        }
        if (core.space.isElsewhere(core.root.address())) {
            moveRoot();
        }
        // A snapshot may have come between.
        if (core.root.table().layers().stream().anyMatch(layer -> core.space.isElsewhere(layer.directory()))) {
            run();
        }
    }

    private interface Move {
        void to(long address) throws IOException;
    }

    /** Copies an extent of metadata, and uses the copy from then on, while nobody else writes any metadata. */
    private void move(long from, Move move) throws IOException {
        long to = core.taking.take(true);
        boolean done = false;
        try {
            core.root.requireCurrent();
            copy(from, to);
            done = true;
        } finally {
            if (!done) {
                core.space.release(to);
            }
        }
        move.to(to);
        core.moved = true;
        ExtentSet gone = new ExtentSet();
        gone.add(from);
        core.freed.durable(gone);
    }

    private void copy(long from, long to) throws IOException {
        ByteBuffer pages = Pages.allocate(PAGES_AT_ONCE);
        Pv pv = core.pages.pv(to);
        int incarnation = pv.incarnation();
        for (long at = 0; at < core.shape.extentBytes(); at += pages.capacity()) {
            int n = (int) Math.min(pages.capacity(), core.shape.extentBytes() - at);
            core.pages.pv(from).file().readPages(pages.clear().limit(n), core.pages.offset(from) + at);
            pv.file().writePages(pages.flip(), core.pages.offset(to) + at);
        }
        pv.sync(incarnation);
    }

    private void moveMapExtents(int number) throws IOException {
        LayerMap map = layers.mapOf(core.root.table().byNumber(number).orElseThrow());
        for (int i = 0; i < map.mapExtents(); i++) {
            int index = i;
            if (map.mapExtent(index) != ExtentAddress.NONE && core.space.isElsewhere(map.mapExtent(index))) {
                core.structure.lock();
                try {
                    core.flush.between(() -> {
                        core.flush.run();
                        move(map.mapExtent(index), to -> point(map, index, to));
                        return map;
                    });
                } finally {
                    core.structure.unlock();
                }
            }
        }
    }

    private void point(LayerMap map, int index, long to) throws IOException {
        core.map.locked(() -> {
            // What else is new in the directory reads as zero already, and has to do so durably before it is pointed
            // to.
            core.flush.syncData();
            layers.setMapExtent(map, index, to);
            return map;
        });
    }

    private void moveDirectory(int number) throws IOException {
        core.structure.lock();
        try {
            Layer layer = core.root.table().byNumber(number).orElseThrow();
            if (core.space.isElsewhere(layer.directory())) {
                LayerMap map = layers.mapOf(layer);
                core.flush.between(() -> {
                    core.flush.run();
                    move(layer.directory(), to -> {
                        core.root.write(core.root.table().with(layer.withDirectory(to)));
                        map.moved(to);
                    });
                    return map;
                });
            }
        } finally {
            core.structure.unlock();
        }
    }

    private void moveRoot() throws IOException {
        core.structure.lock();
        try {
            Ledger.Entry unit = core.taking.takeForRoot();
            int unitExtents = core.pages.pvs().at(unit.position()).geometry().unitExtents();
            long to = ExtentAddress.of(unit.position(), (long) unit.unit() * unitExtents);
            long from = core.root.address();
            core.flush.between(() -> {
                core.flush.run();
                core.root.moveTo(to, () -> core.space.first(unit, core.growth.moveRoot(unit)));
                return core;
            });
            core.moved = true;
            ExtentSet gone = new ExtentSet();
            gone.add(from);
            core.freed.durable(gone);
        } finally {
            core.structure.unlock();
        }
    }
}
