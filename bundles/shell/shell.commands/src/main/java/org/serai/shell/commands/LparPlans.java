package org.serai.shell.commands;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.serai.cluster.Liveness;
import org.serai.cluster.Node;
import org.serai.partition.Lpar;
import org.serai.partition.LparSpec;
import org.serai.partition.LparState;
import org.serai.partition.PartitionError;
import org.serai.shell.Plan;
import org.serai.shell.Size;
import org.serai.storage.Lu;

/** What commands on partitions would do, as far as it can be seen beforehand. */
final class LparPlans {
    private final NodeServices services;

    LparPlans(NodeServices services) {
        this.services = services;
    }

    Plan create(LparSpec spec) {
        List<Lpar> lpars = services.partitions().all();
        Plan.Draft draft = Plan.draft()
                .would("define partition " + spec.name() + " with " + Size.human(spec.memoryBytes()) + ", "
                        + spec.cpus() + " CPUs and " + spec.lus().size() + " disks")
                .require(
                        lpars.stream().noneMatch(lpar -> lpar.name().equals(spec.name())),
                        PartitionError.LPAR_EXISTS.code() + ": a partition " + spec.name() + " is there already")
                .require(spec.cpus() > 0, PartitionError.BAD_DEFINITION.code() + ": a partition has at least one CPU")
                .check(() -> services.clients().client(spec.client()));
        requireFile(draft, "kernel", spec.kernel());
        requireFile(draft, "initrd", spec.initrd());
        spec.hypervisor()
                .ifPresent(name -> draft.require(
                        services.hypervisors().containsKey(name),
                        PartitionError.NO_HYPERVISOR.code() + ": no hypervisor backend " + name + ", but "
                                + services.hypervisors().keySet()));
        spec.lus().forEach(name -> draft.check(() -> requireFree(name, spec.client(), lpars)));
        return draft.plan();
    }

    private static void requireFile(Plan.Draft draft, String what, Path file) {
        draft.require(
                Files.isReadable(file),
                PartitionError.BAD_DEFINITION.code() + ": the " + what + " " + file + " cannot be read");
    }

    private void requireFree(String name, String client, List<Lpar> lpars) {
        Lu lu = services.storage().lu(name);
        String owner = services.clientName(lu.clientId());
        if (!owner.equals(client)) {
            throw PartitionError.WRONG_CLIENT.error(
                    "LU " + name + " cannot be given to a partition of " + client,
                    "it belongs to client " + owner,
                    "take an LU of " + client);
        }
        for (Lpar lpar : lpars) {
            if (lpar.adapters().stream().anyMatch(adapter -> adapter.lus().contains(name))) {
                throw PartitionError.BAD_DEFINITION.error(
                        "LU " + name + " cannot be mapped twice",
                        "it is a disk of partition " + lpar.name(),
                        "take another LU");
            }
        }
    }

    /** For what runs here or at a target: state and target are checked. */
    Plan operation(String name, String step, Set<LparState> from, Optional<String> target) {
        return Plan.draft()
                .would(step)
                .check(() -> requireState(services.partitions().lpar(name), from))
                .check(() -> target.ifPresent(this::requireAlive))
                .plan();
    }

    Plan remoteRestart(String name, Optional<String> target) {
        Plan.Draft draft = Plan.draft();
        draft.check(() -> {
            Lpar lpar = services.partitions().lpar(name);
            requireState(lpar, Set.of(LparState.HIBERNATED, LparState.RUNNING, LparState.STARTING, LparState.RESUMING));
            draft.would("establish that the last node, " + lpar.node().orElse("none") + ", is dead, and fence it");
            draft.would("take over the partition and its LUs under a new epoch");
            draft.would(
                    lpar.state() == LparState.HIBERNATED
                            ? "verify the hibernation image and go on from it"
                            : "boot from its disks");
            requireLastNodeGone(lpar);
        });
        return draft.check(() -> target.ifPresent(this::requireAlive)).plan();
    }

    private void requireLastNodeGone(Lpar lpar) {
        if (lpar.state() == LparState.HIBERNATED || lpar.node().isEmpty()) {
            return;
        }
        Node node = services.membership().node(lpar.node().get());
        Liveness.State state = services.get(Liveness.class).seen(node.id()).state();
        if (state == Liveness.State.ALIVE) {
            throw PartitionError.RUNS_ELSEWHERE.error(
                    "Partition " + lpar.name() + " cannot be restarted elsewhere",
                    "its node " + node.name() + " is alive",
                    "lpar:hibernate it there, then lpar:resume it here");
        }
    }

    private void requireAlive(String name) {
        Node node = services.membership().node(name);
        Liveness.State state = services.get(Liveness.class).seen(node.id()).state();
        if (state != Liveness.State.ALIVE) {
            throw PartitionError.TARGET_UNREACHABLE.error(
                    "Node " + name + " cannot run it now",
                    "its heartbeat is " + state.name().toLowerCase(Locale.ROOT),
                    "take a node that node:list shows as alive");
        }
    }

    private static void requireState(Lpar lpar, Set<LparState> from) {
        if (!from.contains(lpar.state())) {
            throw PartitionError.WRONG_STATE.error(
                    "Partition " + lpar.name() + " is " + word(lpar.state()),
                    "this is done only when it is "
                            + from.stream().map(LparPlans::word).sorted().collect(Collectors.joining(" or ")),
                    "look at it with lpar:info " + lpar.name());
        }
    }

    private static String word(LparState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
