package org.serai.storage.core.redundancy;

import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.serai.database.DatabaseError;
import org.serai.storage.DataChecksum;
import org.serai.storage.RedundantLu.State;
import org.serai.storage.simulated.SimulatedDriver;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PoolContext;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.PoolStore;

/** Two pools in memory, a redundant LU on them, its durable record, and everything that may happen to them. */
final class MirrorWorld implements PairRecord {
    static final long REGION_BYTES = 64 * 1024;
    static final long SIZE_BYTES = 16 * REGION_BYTES;

    final SimulatedDriver driver = new SimulatedDriver();
    final Crash.Countdown crash = new Crash.Countdown();
    final Map<SideName, Pool> pools = new EnumMap<>(SideName.class);
    private final RandomGenerator random;
    State state = State.SYNCHRONOUS;
    boolean databaseAway;
    /** What a backup of the database says. */
    private State backup = State.COPY_BEHIND;

    MirrorStore mirror;
    private UUID incarnation = UUID.randomUUID();
    private long epoch = 1;
    private final UUID data = UUID.randomUUID();
    private final UUID intent = UUID.randomUUID();

    /** A pool and whether its PV is away. */
    static final class Pool {
        final PoolLayout layout;
        PoolStore store;
        boolean away;

        Pool(PoolLayout layout, PoolStore store) {
            this.layout = layout;
            this.store = store;
        }
    }

    MirrorWorld(RandomGenerator random) {
        this.random = random;
        for (SideName side : SideName.values()) {
            PoolLayout layout = new PoolLayout(
                    UUID.randomUUID(),
                    side.name(),
                    List.of(new PvLayout(UUID.randomUUID(), 0, "/" + side, OptionalLong.of(64 * 1024 * 1024))),
                    64 * 1024,
                    DataChecksum.CRC32C);
            PoolStore store = driver.create(layout, context());
            store.createLu(data, SIZE_BYTES, false, epoch);
            store.createLu(intent, MirrorOpening.intentBytes(), false, epoch);
            pools.put(side, new Pool(layout, store));
        }
        // Fresh intents tell that everything may differ, which is true of a fresh copy.
        state = State.COPY_BEHIND;
    }

    private PoolContext context() {
        UUID now = incarnation;
        return new PoolContext() {
            @Override
            public UUID node() {
                return new UUID(0, 1);
            }

            @Override
            public UUID incarnation() {
                return now;
            }

            @Override
            public List<PvLayout> pvs() {
                return List.of();
            }

            @Override
            public <R> R exclusively(Supplier<R> work) {
                return work.get();
            }
        };
    }

    /** In one thread, one after the other, unless a test wants it otherwise. */
    Executor flushing = Runnable::run;

    /** What is done while the data of a side are flushed. */
    private volatile Runnable whileFlushing = () -> {};

    void whileFlushingOf(Runnable work) {
        whileFlushing = work;
    }

    void open() {
        epoch++;
        mirror = new MirrorOpening("lu", this, false, flushing)
                .open(state, REGION_BYTES, () -> half(SideName.PRIMARY), () -> half(SideName.COPY), () -> {});
    }

    Half half(SideName side) {
        Pool pool = pools.get(side);
        if (pool.away && random.nextBoolean()) {
            // Some drivers find it when they open an LU, some when it is read.
            throw org.serai.storage.StorageError.PV_AWAY.error("The PV is away", "the test says so", "wait");
        }
        return new Half(
                side.name(),
                new CrashingStore(pool.store.openLu(data, epoch), crash, () -> whileFlushing.run()),
                new CrashingStore(pool.store.openLu(intent, epoch), crash, () -> {}));
    }

    /** The node ends; what it did not flush is lost or not, block by block. */
    void die() {
        crash.never();
        driver.crash(incarnation, random::nextBoolean);
        incarnation = UUID.randomUUID();
        databaseAway = false;
        pools.values().forEach(pool -> pool.store = driver.open(pool.layout, context()));
        if (random.nextInt(3) == 0) {
            restore();
        }
    }

    void backUp() {
        backup = state;
    }

    /** The database is lost: its backup may say anything that was so at any time. */
    private void restore() {
        epoch++;
        SidesTold told = new SidesTold(otherIsBehind(SideName.PRIMARY), otherIsBehind(SideName.COPY));
        if (told.state().isPresent()) {
            state = told.state().get();
        } else if (told.primary().isPresent() == told.copy().isPresent()
                && pools.values().stream().noneMatch(pool -> pool.away)) {
            state = backup;
        }
    }

    private Optional<Boolean> otherIsBehind(SideName side) {
        if (pools.get(side).away) {
            return Optional.empty();
        }
        LuStore open = pools.get(side).store.openLu(intent, epoch);
        try {
            return SidesTold.otherIsBehind(open);
        } finally {
            open.abandon();
        }
    }

    void away(SideName side, boolean away) {
        Pool pool = pools.get(side);
        pool.away = away;
        driver.away(pool.layout.pool(), pool.layout.pvs().getFirst().pv(), away);
    }

    void damage(SideName side, long offset) {
        driver.damage(pools.get(side).layout.pool(), data, offset);
    }

    boolean isGiven(SideName side, long offset) {
        return mirror.sides().half(side).rangeAt(offset).given();
    }

    /** A side that was left takes part again, if its PV is there. */
    void rejoin() {
        for (SideName side : SideName.values()) {
            if (!pools.get(side).away && !mirror.sides().standing().has(side)) {
                epoch++;
                mirror.sides().join(side, half(side));
            }
        }
    }

    byte[] content(SideName side) {
        ByteBuffer all = ByteBuffer.allocate((int) SIZE_BYTES);
        mirror.sides().half(side).store().read(0, all);
        return all.array();
    }

    @Override
    public void note(State now, String reason, long behindBytes, boolean patient) {
        crash.step();
        if (databaseAway) {
            throw DatabaseError.UNREACHABLE.error("The database is away", "the test says so", "wait");
        }
        state = now;
        crash.step();
    }

    /** What each block may be read as now, and may be after a crash. */
    static final class Model {
        private final Map<Integer, Set<Integer>> now = new java.util.HashMap<>();
        private final Map<Integer, Set<Integer>> kept = new java.util.HashMap<>();

        Set<Integer> now(int block) {
            return now.computeIfAbsent(block, _ -> new HashSet<>(Set.of(0)));
        }

        private Set<Integer> kept(int block) {
            return kept.computeIfAbsent(block, _ -> new HashSet<>(Set.of(0)));
        }

        void written(int block, int value, boolean acknowledged) {
            if (acknowledged) {
                kept(block).addAll(now(block));
                now(block).clear();
            }
            now(block).add(value);
            kept(block).add(value);
        }

        void flushed() {
            now.forEach((block, values) -> kept.put(block, new HashSet<>(values)));
        }

        void crashed() {
            kept.forEach((block, values) -> now(block).addAll(values));
        }

        void pin(int block, int value) {
            now.put(block, new HashSet<>(Set.of(value)));
            kept.put(block, new HashSet<>(Set.of(value)));
        }
    }
}
