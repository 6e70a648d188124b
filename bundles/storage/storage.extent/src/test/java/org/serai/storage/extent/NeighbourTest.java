package org.serai.storage.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.serai.cluster.spi.LeaseArea;
import org.serai.contracts.storage.StorageFixture;
import org.serai.storage.StorageError;
import org.serai.storage.extent.io.PosixFiles;
import org.serai.storage.spi.DirectPvs;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PoolContext;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.PvAccess;
import org.serai.storage.spi.PvRelay;
import org.serai.storage.spi.PvUsage;
import org.serai.storage.spi.StorageDriver;

/** A node loses its path to a PV that its neighbour reaches: its I/O goes on, and returns by itself. */
class NeighbourTest extends StorageFixture {
    private final VanishingFiles hereFiles = new VanishingFiles(new SharedFiles(new PosixFiles()));
    private final VanishingFiles thereFiles = new VanishingFiles(new SharedFiles(new PosixFiles()));
    private final AtomicLong time = new AtomicLong();
    private final StorageDriver here = new ExtentDriver(hereFiles, time::get);
    private final StorageDriver there = new ExtentDriver(thereFiles, time::get);
    private final Neighbour neighbour = new Neighbour();
    private final UUID lu = UUID.randomUUID();
    private final List<PoolStore> pools = new ArrayList<>();
    private PoolLayout layout;
    private PoolStore pool;

    @Override
    protected StorageDriver driver() {
        return here;
    }

    /** The way through the other node, as if it were asked by messages. */
    private static final class Neighbour implements PvRelay {
        private Optional<PoolStore> store = Optional.empty();
        private int opened;

        @Override
        public boolean isOffered() {
            return store.isPresent();
        }

        @Override
        public Way open(UUID pv) throws IOException {
            PvAccess access = store.map(DirectPvs.class::cast)
                    .flatMap(direct -> direct.direct(pv))
                    .orElseThrow(() -> new IOException("it does not reach it either"));
            opened++;
            return way(access);
        }

        private static Way way(PvAccess access) {
            return (Way) java.lang.reflect.Proxy.newProxyInstance(
                    Way.class.getClassLoader(),
                    new Class<?>[] {Way.class},
                    (_, method, arguments) -> switch (method.getName()) {
                        case "neighbour" -> "there";
                        case "close" -> null;
                        default -> {
                            try {
                                yield method.invoke(access, arguments);
                            } catch (java.lang.reflect.InvocationTargetException e) {
                                throw e.getCause();
                            }
                        }
                    });
        }
    }

    @BeforeEach
    void twoNodes() {
        layout = layout(2, 64L * MIB);
        space.now(layout.pvs());
        pool = here.create(layout, context(neighbour));
        pools.add(pool);
        PoolStore other = there.open(layout, context(PvRelay.NONE));
        pools.add(other);
        neighbour.store = Optional.of(other);
    }

    @AfterEach
    void close() {
        pools.forEach(PoolStore::close);
    }

    private PoolContext context(PvRelay relay) {
        PoolContext node = space.node();
        return new PoolContext() {
            @Override
            public UUID node() {
                return node.node();
            }

            @Override
            public UUID incarnation() {
                return node.incarnation();
            }

            @Override
            public List<PvLayout> pvs() {
                return node.pvs();
            }

            @Override
            public <R> R exclusively(java.util.function.Supplier<R> work) {
                return node.exclusively(work);
            }

            @Override
            public PvRelay relay() {
                return relay;
            }
        };
    }

    private void takeAll() {
        layout.pvs().forEach(pv -> hereFiles.take(pv.path()));
    }

    private void bringAll() {
        layout.pvs().forEach(pv -> hereFiles.bring(pv.path()));
        ((DirectPvs) pool).lookForDirect();
    }

    @Test
    void readsWritesFlushesAndNewSpaceGoOnWithoutAnErrorAndReturn() {
        LuStore store = newLu(pool, lu, 96L * MIB);
        write(store, 0, MIB, 1);
        store.flush();
        write(store, MIB, MIB, 2);
        takeAll();
        assertHolds(store, 0, MIB, 1);
        assertHolds(store, MIB, MIB, 2);
        write(store, 512, 512, 3);
        write(store, 2 * MIB, 70 * MIB, 4);
        store.flush();
        assertThat(neighbour.opened).isEqualTo(2);
        assertThat(pool.pvs()).allMatch(PvUsage::present);
        assertHolds(store, 512, 512, 3);
        assertHolds(store, 1024, 4096, 1);
        bringAll();
        layout.pvs().forEach(pv -> thereFiles.take(pv.path()));
        assertHolds(store, 512, 512, 3);
        assertHolds(store, 1024, 4096, 1);
        assertHolds(store, MIB, MIB, 2);
        assertHolds(store, 2 * MIB, 70 * MIB, 4);
        write(store, 0, MIB, 5);
        store.close();
        assertThat(pool.check().errors()).isEmpty();
    }

    @Test
    void theLeaseAreaIsWrittenThroughTheNeighbour() throws IOException {
        hereFiles.take(layout.pvs().getFirst().path());
        LeaseArea area = pool.leaseArea().orElseThrow();
        ByteBuffer record = ByteBuffer.allocateDirect(LeaseArea.SLOT_BYTES);
        record.put("alive".getBytes(StandardCharsets.UTF_8)).clear();
        area.write(3, record);
        ByteBuffer seen = ByteBuffer.allocateDirect(LeaseArea.SLOT_BYTES);
        neighbour.store.orElseThrow().leaseArea().orElseThrow().read(3, seen);
        assertThat(seen.clear()).isEqualTo(record.clear());
    }

    @Test
    void whenTheNeighbourLosesThePvTooItIsAwayAsBefore() {
        LuStore store = newLu(pool, lu, 64L * MIB);
        write(store, 0, MIB, 1);
        store.flush();
        takeAll();
        write(store, 0, MIB, 2);
        layout.pvs().forEach(pv -> thereFiles.take(pv.path()));
        assertFails(StorageError.PV_AWAY, () -> write(store, 0, MIB, 3));
        assertFails(StorageError.PV_AWAY, () -> read(store, 0, 4096));
        assertThat(pool.pvs()).noneMatch(PvUsage::present);
        bringAll();
        time.addAndGet(TimeUnit.SECONDS.toNanos(2));
        // What no sync covered may be lost.
        assertFails(StorageError.IO_FAILED, store::flush);
    }

    @Test
    void aNeighbourServesOnlyWhatItReachesItself() {
        takeAll();
        PoolStore back = neighbour.store.orElseThrow();
        UUID pv = layout.pvs().get(1).pv();
        assertThat(((DirectPvs) back).direct(pv)).isPresent();
        assertThat(pool.pvs()).allMatch(PvUsage::present);
        assertThat(((DirectPvs) pool).direct(pv))
                .as("a way that leads through a neighbour")
                .isEmpty();
    }

    @Test
    void anAccessThatWasGivenOutIsOverForGoodOnceThePvWasAway() {
        DirectPvs direct = (DirectPvs) neighbour.store.orElseThrow();
        PvLayout pv = layout.pvs().get(1);
        PvAccess access = direct.direct(pv.pv()).orElseThrow();
        thereFiles.take(pv.path());
        assertThat(neighbour.store.orElseThrow().pvs().get(1).present()).isFalse();
        thereFiles.bring(pv.path());
        time.addAndGet(TimeUnit.SECONDS.toNanos(2));
        assertThat(neighbour.store.orElseThrow().pvs().get(1).present()).isTrue();
        assertThat(access.isOver()).isTrue();
        assertThatIOException().isThrownBy(() -> access.write(ByteBuffer.allocate(4096), 0));
        assertThat(direct.direct(pv.pv())).isPresent();
    }

    @Test
    void nothingIsWrittenThroughTheNeighbourWhileAWriteByThePathHasNotReturned() throws Exception {
        LuStore store = newLu(pool, lu, 64L * MIB);
        write(store, 0, 2 * MIB, 1);
        store.flush();
        CompletableFuture<Void> hanging = SharedFiles.HANG.begin();
        CompletableFuture<Void> late = CompletableFuture.runAsync(() -> write(store, 0, 4096, 2));
        hanging.get(1, TimeUnit.MINUTES);
        takeAll();
        Thread other = Thread.ofPlatform().start(() -> write(store, 0, 4096, 3));
        await().until(() -> Arrays.stream(other.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("haveReturned")));
        assertThat(neighbour.opened).isZero();
        SharedFiles.HANG.end();
        late.get(1, TimeUnit.MINUTES);
        other.join();
        assertThat(neighbour.opened).isPositive();
        assertHolds(store, 0, 4096, 3);
        store.close();
    }
}
