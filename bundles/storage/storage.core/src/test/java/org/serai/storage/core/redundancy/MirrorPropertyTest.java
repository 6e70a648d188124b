package org.serai.storage.core.redundancy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.serai.ffdc.SeraiException;
import org.serai.storage.Progress;
import org.serai.storage.RedundantLu.State;
import org.serai.storage.StorageError;

/**
 * Random changes with random ends of the node at any step, PVs that go and come, a database that is away, or lost and
 * restored from an old backup, damage. No acknowledged write is lost, and both sides are equal once they are said to be.
 */
class MirrorPropertyTest {
    private static final int BLOCK = 512;
    private static final int BLOCKS = (int) (MirrorWorld.SIZE_BYTES / BLOCK);
    private static final int STEPS = 250;

    private MirrorWorld world;
    private MirrorWorld.Model model;
    private RandomGenerator random;
    private int value;

    static LongStream seeds() {
        long fixed = Long.getLong("serai.seed", 0);
        return fixed != 0 ? LongStream.of(fixed) : LongStream.rangeClosed(1, Integer.getInteger("serai.seeds", 100));
    }

    @ParameterizedTest(name = "-Dserai.seed={0}")
    @MethodSource("seeds")
    void nothingAcknowledgedIsLostAndBothSidesBecomeEqual(long seed) {
        random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        world = new MirrorWorld(random);
        model = new MirrorWorld.Model();
        value = 0;
        world.open();
        for (int i = 0; i < STEPS; i++) {
            if (random.nextInt(12) == 0) {
                world.crash.in(random.nextInt(40));
            }
            try {
                step();
            } catch (Crash e) {
                afterCrash();
            }
        }
        world.crash.never();
        world.databaseAway = false;
        bringBack();
        makeEqual();
    }

    private void step() {
        if (random.nextInt(20) == 0) {
            world.backUp();
        }
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3, 4 -> write();
            case 5 -> zero();
            case 6, 7 -> flush();
            case 8, 9, 10 -> read();
            case 11 -> loseOrBringBack();
            case 12 -> resync();
            case 13 -> world.databaseAway = !world.databaseAway && random.nextInt(3) == 0;
            case 14 -> damage();
            default -> reopen();
        }
    }

    private void write() {
        int block = random.nextInt(BLOCKS);
        int blocks = Math.min(BLOCKS - block, 1 + random.nextInt(random.nextInt(4) == 0 ? 400 : 12));
        int first = value + 1;
        value += blocks;
        ByteBuffer from = ByteBuffer.allocateDirect(blocks * BLOCK);
        for (int i = 0; i < blocks; i++) {
            from.putInt(i * BLOCK, first + i);
        }
        change(() -> world.mirror.write((long) block * BLOCK, from), block, blocks, first, 1);
    }

    private void zero() {
        int block = random.nextInt(BLOCKS);
        int blocks = Math.min(BLOCKS - block, 1 + random.nextInt(400));
        boolean giveBack = random.nextBoolean();
        change(
                () -> world.mirror.writeZeroes((long) block * BLOCK, (long) blocks * BLOCK, giveBack),
                block,
                blocks,
                0,
                0);
    }

    private void change(Runnable work, int block, int blocks, int first, int step) {
        boolean acknowledged = false;
        try {
            work.run();
            acknowledged = true;
        } catch (SeraiException e) {
            expectOnlyFaults(e);
        } finally {
            for (int i = 0; i < blocks; i++) {
                model.written(block + i, first + i * step, acknowledged);
            }
        }
    }

    private void expectOnlyFaults(SeraiException e) {
        // With both sides there and the database too, nothing may fail.
        boolean fault = world.databaseAway
                || world.pools.values().stream().anyMatch(pool -> pool.away)
                || world.state != State.SYNCHRONOUS
                || !world.mirror.sides().standing().primary()
                || !world.mirror.sides().standing().copy();
        assertThat(fault).as(e.toString()).isTrue();
    }

    private void flush() {
        try {
            world.mirror.flush();
            model.flushed();
        } catch (SeraiException e) {
            expectOnlyFaults(e);
        }
    }

    private void read() {
        int block = random.nextInt(BLOCKS);
        int blocks = Math.min(BLOCKS - block, 1 + random.nextInt(64));
        ByteBuffer into = ByteBuffer.allocateDirect(blocks * BLOCK);
        try {
            world.mirror.read((long) block * BLOCK, into);
        } catch (SeraiException e) {
            expectOnlyFaults(e);
            return;
        }
        assertThat(into.hasRemaining()).isFalse();
        for (int i = 0; i < blocks; i++) {
            assertThat(model.now(block + i)).as("block %d", block + i).contains(into.getInt(i * BLOCK));
        }
    }

    private void loseOrBringBack() {
        if (world.pools.values().stream().anyMatch(pool -> pool.away)) {
            bringBack();
        } else {
            world.away(random.nextBoolean() ? SideName.PRIMARY : SideName.COPY, true);
        }
    }

    private void bringBack() {
        for (SideName side : SideName.values()) {
            world.away(side, false);
        }
        try {
            world.rejoin();
        } catch (SeraiException e) {
            assertThat(e.code()).isEqualTo(StorageError.LU_CLOSED);
        }
    }

    private void resync() {
        AtomicInteger regions = new AtomicInteger(random.nextInt(24));
        Progress some = (_, _) -> regions.getAndDecrement() > 0;
        try {
            world.mirror.resync(some);
        } catch (SeraiException e) {
            if (e.code() != StorageError.CANCELLED) {
                expectOnlyFaults(e);
            }
        }
    }

    private void damage() {
        Standing now = world.mirror.sides().standing();
        long offset = (long) random.nextInt(BLOCKS) * BLOCK;
        SideName side = random.nextBoolean() ? SideName.PRIMARY : SideName.COPY;
        boolean mendable = now.state() == State.SYNCHRONOUS
                && now.primary()
                && now.copy()
                && world.pools.values().stream().noneMatch(pool -> pool.away)
                && world.isGiven(side, offset)
                && world.mirror.behindBytes() == 0;
        if (!mendable) {
            return;
        }
        // Found by the next read at the latest; until then a loss of the other side would be one too many.
        world.crash.never();
        world.databaseAway = false;
        world.damage(side, offset);
        if (side == SideName.COPY) {
            // A change of a part of the damaged unit needs the rest of it.
            int block = (int) (offset / BLOCK / 8) * 8 + random.nextInt(8);
            value++;
            int written = value;
            ByteBuffer from = ByteBuffer.allocateDirect(BLOCK).putInt(0, written);
            change(() -> world.mirror.write((long) block * BLOCK, from), block, 1, written, 0);
            makeEqual();
            return;
        }
        ByteBuffer into = ByteBuffer.allocateDirect(4 * BLOCK);
        long from = Math.min(offset, MirrorWorld.SIZE_BYTES - into.capacity());
        world.mirror.read(from, into);
        for (int i = 0; i < 4; i++) {
            assertThat(model.now((int) (from / BLOCK) + i)).contains(into.getInt(i * BLOCK));
        }
    }

    private void reopen() {
        world.databaseAway = false;
        try {
            world.mirror.close();
            model.flushed();
        } catch (SeraiException e) {
            expectOnlyFaults(e);
            world.crash.in(0);
        }
        if (random.nextInt(3) == 0) {
            throw new Crash();
        }
        tryToOpen();
    }

    private void tryToOpen() {
        for (boolean opened = false; !opened; ) {
            try {
                world.open();
                opened = true;
            } catch (SeraiException e) {
                assertThat(world.pools.values()).anyMatch(pool -> pool.away);
                for (SideName side : SideName.values()) {
                    world.away(side, false);
                }
            }
        }
    }

    private void afterCrash() {
        world.die();
        model.crashed();
        if (random.nextInt(4) == 0) {
            world.away(random.nextBoolean() ? SideName.PRIMARY : SideName.COPY, true);
        }
        tryToOpen();
    }

    /** Everything comes back and is resynchronised: the sides are equal, and what they hold is one of what may be. */
    private void makeEqual() {
        if (!world.mirror.sides().standing().primary()
                || !world.mirror.sides().standing().copy()) {
            world.mirror.close();
            world.open();
        }
        world.mirror.resync(Progress.NONE);
        assertThat(world.state).isEqualTo(State.SYNCHRONOUS);
        byte[] primary = world.content(SideName.PRIMARY);
        assertThat(Arrays.mismatch(world.content(SideName.COPY), primary))
                .as("where the sides differ")
                .isEqualTo(-1);
        ByteBuffer found = ByteBuffer.wrap(primary);
        for (int block = 0; block < BLOCKS; block++) {
            int actual = found.getInt(block * BLOCK);
            assertThat(model.now(block)).as("block %d", block).contains(actual);
            model.pin(block, actual);
        }
    }
}
