package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * A client that writes to one LU all the time and knows what that has to hold. When the LU is served by another node, what
 * was acknowledged must be there; then all is overwritten, so that whatever a stale owner still wrote would show.
 */
final class Witness implements AutoCloseable {
    private static final Duration ANSWER = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int ROUNDS = 5;

    private final Host host;
    private final Path scratch;
    private String url;
    private long seed = 1;
    private DiskLoad load;

    /** Begins to write to an LU that is empty, from a host. */
    Witness(Host host, Path folder, String url) {
        this.host = host;
        this.scratch = folder.resolve("copy-" + Long.toHexString(System.nanoTime()));
        this.url = url;
        this.load = DiskLoad.on(host.inside(), url, DiskContent.empty(), seed);
    }

    /** I/O goes on without an error. */
    void goesOn() throws InterruptedException {
        load.goesOn(ROUNDS);
    }

    /** How long the client waited at most, since this was asked last. */
    Duration longestPause() {
        return load.longestPause();
    }

    /** Whether a client that comes now can write and flush. It writes what the LU holds there: nothing. */
    Callable<Boolean> served(String by) {
        return () -> QemuIo.run(
                        host, ANSWER, by, "write -q -P 0 " + (long) DiskContent.SLOTS * DiskContent.SLOT_BYTES + " 4k")
                .isEmpty();
    }

    /** The LU is served there now: it holds what was acknowledged, and from now on something else. */
    void movedTo(String now) throws Exception {
        DiskContent acknowledged = load.end();
        url = now;
        acknowledged.assertOn(host.inside(), url, scratch);
        // What is killed says nothing: only what was said is done.
        assertThat(QemuIo.run(host, PATIENCE, url, "write -P 0 0 64M")).contains("wrote 67108864/67108864");
        load = DiskLoad.on(host.inside(), url, DiskContent.empty(), ++seed);
        goesOn();
    }

    /** Nothing but what this client wrote is there, and I/O goes on. */
    void assertUndisturbed() throws Exception {
        DiskContent content = load.stop();
        content.assertOn(host.inside(), url, scratch);
        load = DiskLoad.on(host.inside(), url, content, ++seed);
        goesOn();
    }

    @Override
    public void close() {
        load.close();
    }
}
