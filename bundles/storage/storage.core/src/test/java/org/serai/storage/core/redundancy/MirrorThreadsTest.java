package org.serai.storage.core.redundancy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.serai.ffdc.SeraiException;
import org.serai.storage.Progress;
import org.serai.storage.RedundantLu.State;

/** Many writers on the same few blocks, while sides are lost, come back and are resynchronised. */
class MirrorThreadsTest {
    private static final int WRITERS = 6;
    private static final int WRITES = 400;
    private static final int BLOCK = 512;
    private static final int BLOCKS = 300;

    private final MirrorWorld world =
            new MirrorWorld(RandomGeneratorFactory.of("L64X128MixRandom").create(1));
    private final AtomicInteger running = new AtomicInteger(WRITERS);

    @RepeatedTest(5)
    void overlappingWritesComeToBothSidesInOneOrder() throws Exception {
        try (ExecutorService flushers = Executors.newCachedThreadPool();
                ExecutorService threads = Executors.newFixedThreadPool(WRITERS + 1)) {
            world.flushing = flushers;
            world.open();
            world.crash.yieldAlways();
            List<Future<Integer>> writers = IntStream.range(0, WRITERS)
                    .mapToObj(i -> threads.submit(writer(i)))
                    .toList();
            Future<?> faults = threads.submit(this::loseAndBringBack);
            for (Future<Integer> writer : writers) {
                assertThat(writer.get()).isEqualTo(WRITES);
            }
            faults.get();
            world.rejoin();
            world.mirror.resync(Progress.NONE);
        }
        assertThat(world.state).isEqualTo(State.SYNCHRONOUS);
        assertThat(Arrays.mismatch(world.content(SideName.PRIMARY), world.content(SideName.COPY)))
                .isEqualTo(-1);
    }

    @Test
    void theTwoSidesAreFlushedAtTheSameTime() {
        CyclicBarrier bothAreAtIt = new CyclicBarrier(2);
        try (ExecutorService flushers = Executors.newCachedThreadPool()) {
            world.flushing = flushers;
            world.open();
            world.mirror.resync(Progress.NONE);
            world.whileFlushingOf(() -> meet(bothAreAtIt));
            world.mirror.write(0, ByteBuffer.allocateDirect(BLOCK));
            world.mirror.flush();
            assertThat(world.state).isEqualTo(State.SYNCHRONOUS);
            world.whileFlushingOf(() -> {});
        }
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await(120, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new AssertionError("the other side is not flushed meanwhile", e);
        }
    }

    private Callable<Integer> writer(int number) {
        return () -> {
            try {
                var random = RandomGeneratorFactory.of("L64X128MixRandom").create(number);
                int done = 0;
                while (done < WRITES) {
                    int block = random.nextInt(BLOCKS);
                    int blocks = 1 + random.nextInt(40);
                    ByteBuffer from = ByteBuffer.allocateDirect(blocks * BLOCK);
                    for (int i = 0; i < blocks; i++) {
                        from.putInt(i * BLOCK, number << 16 | done);
                    }
                    world.mirror.write((long) block * BLOCK, from);
                    done++;
                    if (done % 20 == 0) {
                        world.mirror.flush();
                    }
                }
                return done;
            } finally {
                running.decrementAndGet();
            }
        };
    }

    /** Only from one side to both and back: one that holds everything is always there. */
    private void loseAndBringBack() {
        SideName lost = SideName.COPY;
        while (running.get() > 0) {
            world.away(lost, true);
            while (running.get() > 0 && world.mirror.sides().standing().has(lost)) {
                Thread.onSpinWait();
            }
            world.away(lost, false);
            world.rejoin();
            resync();
            lost = lost.other();
        }
    }

    private void resync() {
        try {
            world.mirror.resync(Progress.NONE);
        } catch (SeraiException e) {
            throw new AssertionError("both sides are there, and yet: " + e.getMessage(), e);
        }
    }
}
