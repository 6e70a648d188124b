package org.serai.contracts.storage.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.serai.contracts.storage.SharedSpace;
import org.serai.storage.spi.OpenMode;
import org.serai.storage.spi.PoolContext;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.StorageDriver;

/** A small pool on two PVs, open on two nodes. */
final class Rig implements AutoCloseable {
    static final int NODES = 2;

    private final StorageDriver driver;
    private final Crasher crasher;
    private final PoolLayout layout;
    private final SharedSpace space = new SharedSpace();
    private final PoolContext[] contexts = new PoolContext[NODES];
    private final PoolStore[] stores = new PoolStore[NODES];

    /** What makes a node of a driver die, beside that nothing more is asked of its stores. */
    interface Crasher {
        void crash(PoolContext node, BooleanSupplier lost);
    }

    Rig(StorageDriver driver, Crasher crasher, Path folder, long extentBytes, long pvBytes) {
        this.driver = driver;
        this.crasher = crasher;
        List<PvLayout> pvs = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            String path = folder.resolve("pv-" + i).toString();
            pvs.add(new PvLayout(UUID.randomUUID(), i, path, OptionalLong.of(pvBytes)));
        }
        this.layout = new PoolLayout(UUID.randomUUID(), "model", pvs, extentBytes);
        space.now(pvs);
        contexts[0] = space.node();
        stores[0] = driver.create(layout, contexts[0]);
        open(1);
    }

    private void open(int node) {
        contexts[node] = space.node();
        stores[node] = driver.open(layout, contexts[node]);
    }

    PoolStore pool(int node) {
        return stores[node % NODES];
    }

    /** The PV sets that LUs may use: one, the other, all. */
    Set<UUID> pvs(int choice) {
        return switch (choice % 3) {
            case 0 -> Set.of(layout.pvs().get(0).pv());
            case 1 -> Set.of(layout.pvs().get(1).pv());
            default -> Set.of();
        };
    }

    List<UUID> pvsOutside(Set<UUID> pvs) {
        return layout.pvs().stream()
                .map(PvLayout::pv)
                .filter(pv -> !pvs.isEmpty() && !pvs.contains(pv))
                .toList();
    }

    /** Opens the LU under its next epoch. */
    void open(ModelLu lu, int node, boolean shared) {
        lu.node = node % NODES;
        lu.shared = shared;
        lu.epoch++;
        lu.store = pool(node).openLu(lu.id, new OpenMode(lu.epoch, lu.pvs, shared));
    }

    /** Ends a node and starts it again, with nothing that it kept in memory. */
    void crash(int node, long seed, List<ModelLu> held) {
        Random chance = new Random(seed);
        crasher.crash(contexts[node], chance::nextBoolean);
        held.forEach(lu -> lu.store.abandon());
        stores[node].close();
        open(node);
    }

    void eachPool(Consumer<PoolStore> work) {
        List.of(stores).forEach(work);
    }

    @Override
    public void close() {
        eachPool(PoolStore::close);
        driver.destroy(layout);
    }
}
