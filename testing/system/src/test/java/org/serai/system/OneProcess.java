package org.serai.system;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Looks all the time whether a partition has more than one hypervisor process that can run. */
final class OneProcess implements AutoCloseable {
    private static final long LOOK_MS = 100;

    private final String lpar;
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread looking = Thread.ofPlatform().daemon().unstarted(this::look);
    private volatile String seen = "";
    private volatile long looks;

    /**
     * Begins to look.
     *
     * @param lpar the partition's UUID, which its hypervisor process is given
     */
    OneProcess(String lpar) {
        this.lpar = lpar;
        looking.start();
    }

    /** The processes that are there and neither stopped nor ended. */
    List<Long> running() {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(this::runs)
                .toList();
    }

    private boolean runs(long pid) {
        Optional<String> line =
                Processes.told(pid, "cmdline").filter(text -> text.contains("qemu-system") && text.contains(lpar));
        return line.filter(_ -> Processes.lives(pid))
                .flatMap(_ -> Processes.told(pid, "stat"))
                .filter(stat -> "RSD".indexOf(Processes.state(stat)) >= 0)
                .isPresent();
    }

    private void look() {
        try {
            while (!over.await(LOOK_MS, TimeUnit.MILLISECONDS)) {
                List<Long> found = running();
                if (found.size() > 1) {
                    seen += found + " ";
                }
                looks++;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Fails if there were ever two. */
    void assertNeverTwo() {
        if (!seen.isEmpty() || looks == 0) {
            throw new AssertionError("The partition had several processes at once in " + looks + " looks: " + seen);
        }
    }

    @Override
    public void close() {
        over.countDown();
    }
}
