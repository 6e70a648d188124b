package org.serai.scsi.iscsi;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** An initiator that writes and reads all the time, and knows what has to come back. */
final class Witness implements AutoCloseable {
    private static final int BLOCKS = 16;

    private final Initiator initiator;
    private final AtomicLong rounds = new AtomicLong();
    private final AtomicReference<Optional<Throwable>> failure = new AtomicReference<>(Optional.empty());
    private final Thread thread;
    private volatile boolean over;

    Witness(TestNode node, String target) throws IOException {
        initiator = new Initiator(node.port());
        initiator.isid = 99;
        initiator.login(target, "MaxBurstLength=4096", "MaxRecvDataSegmentLength=4096");
        initiator.ready();
        thread = Thread.ofPlatform().name("witness").start(this::run);
    }

    private void run() {
        Random random = new Random(5);
        byte[] data = new byte[BLOCKS * 512];
        try {
            while (!over) {
                random.nextBytes(data);
                ByteBuffer write = initiator.command(0xA0, data.length, "2a 00 00 00 00 00 00 00 10 00");
                initiator.send(write, Arrays.copyOf(data, 512));
                if (initiator.serveR2ts(data, 4096).status() != 0) {
                    throw new IOException("a write failed");
                }
                initiator.send(initiator.command(0xC0, data.length, "28 00 00 00 00 00 00 00 10 00"), new byte[0]);
                if (!Arrays.equals(initiator.receiveData(data.length), data)) {
                    throw new IOException("what was read is not what was written");
                }
                rounds.incrementAndGet();
            }
        } catch (IOException | RuntimeException e) {
            failure.set(Optional.of(e));
        }
    }

    /** Returns once so many more rounds have gone well. */
    void awaitRounds(int more) {
        long until = rounds.get() + more;
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> failure.get().isPresent() || rounds.get() >= until);
        failure.get().ifPresent(cause -> {
            throw new AssertionError("the witness was harmed", cause);
        });
    }

    @Override
    public void close() throws IOException {
        over = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        initiator.close();
    }
}
