package org.serai.scsi.iscsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way of an I/O makes no garbage, from the socket to the LU and back. */
class AllocationTest {
    private static final int MEASURED = 3000;

    /** Far below one object for each I/O, above what a compiler or a timer may happen to do on the thread. */
    private static final long ALLOWED_BYTES = MEASURED;

    @ParameterizedTest
    @ValueSource(ints = {8, 1024})
    void readsAndWritesAllocateNothing(int blocks) throws IOException {
        try (TestNode node = new TestNode();
                Initiator initiator = new Initiator(node.port())) {
            node.toAny("disk", new MemoryLu(1 << 20));
            initiator.login(
                    TestNode.PREFIX + "disk",
                    "InitialR2T=No",
                    "MaxRecvDataSegmentLength=262144",
                    "FirstBurstLength=65536");
            initiator.ready();
            byte[] data = new byte[blocks * 512];
            long thread = connectionThread();
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            // until the compiler has had its turn there are objects that it does away with later
            await().pollInSameThread().untilAsserted(() -> {
                long before = threads.getThreadAllocatedBytes(thread);
                round(initiator, data, blocks, MEASURED);
                assertThat(threads.getThreadAllocatedBytes(thread) - before).isLessThan(ALLOWED_BYTES);
            });
        }
    }

    private static void round(Initiator initiator, byte[] data, int blocks, int times) throws IOException {
        String range = String.format("00 00 00 00 00 00 %04x 00", blocks);
        for (int i = 0; i < times / 2; i++) {
            int immediate = Math.min(data.length, 65536);
            ByteBuffer write = initiator.command(0xA0, data.length, "2a " + range);
            initiator.send(write, immediate == data.length ? data : Arrays.copyOf(data, immediate));
            assertThat(initiator.serveR2ts(data, 65536).status()).isZero();
            initiator.send(initiator.command(0xC0, data.length, "28 " + range), new byte[0]);
            initiator.receiveData(data.length);
        }
    }

    private static long connectionThread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().matches("iscsi-\\d+"))
                .mapToLong(Thread::threadId)
                .max()
                .orElseThrow();
    }
}
