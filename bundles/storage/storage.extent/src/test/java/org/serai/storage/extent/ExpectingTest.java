package org.serai.storage.extent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.serai.contracts.storage.Blocks;
import org.serai.contracts.storage.SharedSpace;
import org.serai.storage.spi.Expects;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.OpenMode;
import org.serai.storage.spi.PoolContext;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolLayout.PvLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.Snapshots;

/** How many steps the space of an LU is taken and given back in, and what is written out early. */
class ExpectingTest {
    private static final int MIB = 1 << 20;

    private final MemoryFiles files = new MemoryFiles();
    private final SharedSpace space = new SharedSpace();
    private final AtomicInteger steps = new AtomicInteger();
    private final UUID lu = UUID.randomUUID();
    private final PoolStore pool = pool();

    private PoolStore pool() {
        PvLayout pv = new PvLayout(UUID.randomUUID(), 0, "/memory/pv", OptionalLong.of(256L * MIB));
        space.now(List.of(pv));
        PoolLayout layout = new PoolLayout(UUID.randomUUID(), "expecting", List.of(pv), 0);
        return new ExtentDriver(files, System::nanoTime, (_, _) -> () -> {})
                .create(layout, new Counting(space.node(), steps));
    }

    /** Counts how often the pool's space is locked. */
    private record Counting(PoolContext of, AtomicInteger steps) implements PoolContext {
        @Override
        public UUID node() {
            return of.node();
        }

        @Override
        public UUID incarnation() {
            return of.incarnation();
        }

        @Override
        public List<PvLayout> pvs() {
            return of.pvs();
        }

        @Override
        public <R> R exclusively(Supplier<R> work) {
            steps.incrementAndGet();
            return of.exclusively(work);
        }
    }

    private LuStore open(long epoch, boolean shared) {
        return pool.openLu(lu, new OpenMode(epoch, Set.of(), shared));
    }

    private void make() {
        pool.createLu(lu, 128L * MIB, false, 1);
    }

    private static void write(LuStore store, int fromMib, int toMib) {
        for (int at = fromMib; at < toMib; at++) {
            store.write((long) at * MIB, Blocks.at((long) at * MIB, MIB, 1));
        }
    }

    private static void expect(LuStore store, int fromMib, int lengthMib) {
        ((Expects) store).expectWrites((long) fromMib * MIB, (long) lengthMib * MIB);
    }

    private int stepsOf(Runnable work) {
        int before = steps.get();
        work.run();
        return steps.get() - before;
    }

    @Test
    void whatIsExpectedIsTakenInOneStepAndWrittenWithoutAny() {
        make();
        LuStore store = open(1, false);
        assertThat(stepsOf(() -> expect(store, 0, 20))).isEqualTo(1);
        assertThat(stepsOf(() -> write(store, 0, 20))).isZero();
        assertThat(stepsOf(() -> expect(store, 0, 20))).as("it has it all").isZero();
        assertThat(stepsOf(store::close)).as("nothing is left").isZero();
    }

    @Test
    void withoutAHintTheSameTakesSeveralSteps() {
        make();
        LuStore store = open(1, false);
        assertThat(stepsOf(() -> write(store, 0, 20))).isGreaterThan(2);
        assertThat(stepsOf(store::close))
                .as("spare space stays for the next write")
                .isZero();
    }

    @Test
    void whatIsLeftIsGivenBackInOneStep() {
        make();
        LuStore store = open(1, false);
        expect(store, 0, 24);
        write(store, 0, 4);
        requireGivenBack(store);
        LuStore again = open(2, false);
        expect(again, 40, 24);
        requireGivenBack(again);
        assertThat(pool.check().ok()).isTrue();
    }

    @Test
    void whatIsLeftIsGivenBackAlsoWhereOthersReadTheLu() {
        make();
        LuStore store = open(1, true);
        expect(store, 0, 24);
        write(store, 0, 4);
        requireGivenBack(store);
        assertThat(pool.check().ok()).isTrue();
    }

    private void requireGivenBack(LuStore store) {
        long ahead = pool.usage().usedBytes();
        assertThat(stepsOf(store::close)).isEqualTo(1);
        assertThat(pool.usage().usedBytes()).isLessThanOrEqualTo(ahead - 16 * MIB);
    }

    @Test
    void whatASnapshotHoldsNeedsSpaceOfItsOwn() {
        make();
        LuStore store = open(1, false);
        write(store, 0, 8);
        ((Snapshots) store).snapshot(UUID.randomUUID());
        assertThat(stepsOf(() -> expect(store, 0, 8))).isEqualTo(1);
        assertThat(stepsOf(() -> write(store, 0, 8))).isZero();
        store.close();
        assertThat(pool.check().ok()).isTrue();
    }

    @Test
    void whatWasExpectedIsWrittenOutBeforeTheFlushAndOnlyThat() {
        make();
        LuStore store = open(1, false);
        write(store, 40, 41);
        expect(store, 0, 4);
        write(store, 0, 3);
        store.write(3L * MIB, ByteBuffer.allocateDirect(512));
        assertThat(begunBytes()).isEqualTo(3L * MIB + 512);
        write(store, 41, 42);
        store.flush();
        write(store, 0, 1);
        assertThat(begunBytes()).as("that was expected once").isEqualTo(3L * MIB + 512);
        store.close();
    }

    private long begunBytes() {
        return files.begunBytes(Path.of("/memory/pv"));
    }
}
