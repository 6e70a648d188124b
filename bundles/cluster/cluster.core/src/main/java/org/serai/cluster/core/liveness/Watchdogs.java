package org.serai.cluster.core.liveness;

import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** The watchdogs that this node may start, one after the other. */
public interface Watchdogs {
    /**
     * Starts one.
     *
     * @param goOnFromNs the start of the last renewal if it replaces one that was lost, and guards what that guarded; a
     *     first one ends what an earlier incarnation left
     * @param renewed is told the start of each renewal that the watchdog acknowledges
     * @param lost is told once when it has ended
     */
    WatchdogLink start(OptionalLong goOnFromNs, LongConsumer renewed, Consumer<WatchdogLink> lost) throws IOException;

    /** What the last one said of its failure; may be empty. */
    String said() throws IOException;

    /** What an operator looks into if none can be started. */
    String log();

    /** Pids of guarded processes that a lost watchdog left and that still run. */
    List<Long> leftovers() throws IOException;

    /** What goes before the command line of a guarded process. */
    List<String> guarded();
}
