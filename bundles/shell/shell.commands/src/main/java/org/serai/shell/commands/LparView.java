package org.serai.shell.commands;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.serai.cluster.Liveness;
import org.serai.partition.Lpar;
import org.serai.partition.LparState;
import org.serai.partition.Outcome;
import org.serai.shell.Detail;

/**
 * A partition as the shell shows it.
 *
 * @param nodeState what this node sees of that node: one that runs on a dead node is to be started elsewhere
 */
record LparView(
        String name,
        LparState state,
        Optional<String> node,
        Optional<Liveness.State> nodeState,
        String client,
        long memoryBytes,
        int cpus,
        long epoch,
        String hypervisor,
        @Detail Optional<String> accelerator,
        @Detail List<Lpar.Adapter> adapters,
        @Detail Optional<String> consoleLog,
        @Detail Optional<Lpar.Image> image,
        @Detail UUID id) {
    static LparView of(Lpar lpar, NodeServices services) {
        return new LparView(
                lpar.name(),
                lpar.state(),
                lpar.node(),
                lpar.node().flatMap(services::nodeState),
                lpar.client(),
                lpar.memoryBytes(),
                lpar.cpus(),
                lpar.epoch(),
                lpar.hypervisor(),
                lpar.accelerator(),
                lpar.adapters(),
                lpar.consoleLog(),
                lpar.image(),
                lpar.id());
    }

    /** What an operation did, with its token and times. */
    record OutcomeView(UUID token, Map<String, Long> timesMs, LparView lpar) {
        static OutcomeView of(Outcome outcome, NodeServices services) {
            return new OutcomeView(outcome.token(), outcome.timesMs(), LparView.of(outcome.lpar(), services));
        }
    }
}
