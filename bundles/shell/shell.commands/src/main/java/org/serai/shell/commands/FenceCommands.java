package org.serai.shell.commands;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.cluster.ClusterError;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Fencing;
import org.serai.cluster.Liveness;
import org.serai.cluster.Node;
import org.serai.shell.CommandGroup;
import org.serai.shell.DryRun;
import org.serai.shell.Invocation;
import org.serai.shell.Plan;
import org.serai.storage.Storage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands for nodes that are dead, or are said to be. */
@Component(service = CommandGroup.class)
@Command(name = "cluster", description = "The cluster that this node belongs to.")
public final class FenceCommands implements CommandGroup {
    private final NodeServices services;

    /** The commands over these services. */
    @Activate
    public FenceCommands(@Reference NodeServices services) {
        this.services = services;
    }

    record RungView(String proof, boolean held, String explanation) {}

    record ProtectionView(String pool, String protection) {}

    /** @param mayBeTakenOver whether one of the proofs is held */
    record Explanation(
            String node,
            String state,
            boolean mayBeTakenOver,
            List<RungView> proofs,
            List<ProtectionView> protections) {}

    record Fenced(String node, String proof, long waitedMs, String explanation) {}

    @Command(
            name = "fence",
            description = {
                "Prove that a node is dead, so that what it held may be taken over: by power fencing if that is",
                "configured and needed. With --explain nothing is done; it tells which proofs are held, which are",
                "missing, and what keeps the node from writing in each pool.",
                "With --operator-word your word is taken that its host is off. If it is not, data can be lost."
            },
            footer = {
                "cluster:fence cec-b --explain",
                "cluster:fence cec-b",
                "cluster:fence cec-b --operator-word --confirm cec-b"
            })
    Object fence(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "NODE", description = "Its name or UUID.") String name,
            @Option(names = "--explain", description = "Only tell which proofs there are.") boolean explain,
            @Option(names = "--operator-word", description = "Take the word that its host is off.") boolean word,
            @Option(
                            names = "--confirm",
                            paramLabel = "NAME",
                            description = "The node's name once more, for --operator-word.")
                    Optional<String> confirmed) {
        Node node = services.membership().node(name);
        Fencing fencing = services.get(Fencing.class);
        if (explain) {
            return explanation(fencing, node);
        }
        if (dryRun.asked()) {
            return Plan.draft()
                    .would(
                            word
                                    ? "take your word that node " + node.name() + " is dead"
                                    : "prove that node " + node.name() + " is dead, by power fencing if need be")
                    .check(() -> requireSilent(node))
                    .plan();
        }
        DeathProof proof = word
                ? fencing.operatorWord(node.id(), confirmed.orElse(""))
                : fencing.fence(node.id(), invocation::progress);
        return fenced(node, proof);
    }

    private static Fenced fenced(Node node, DeathProof proof) {
        return new Fenced(node.name(), word(proof.kind()), proof.waitedMs(), proof.explanation());
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private void requireSilent(Node node) {
        if (services.get(Liveness.class).seen(node.id()).state() == Liveness.State.ALIVE) {
            throw ClusterError.ALIVE.error("Node " + node.name() + " is alive", "its heartbeats come", "stop it first");
        }
    }

    private void requireNothingRan(Node node) {
        List<String> running = services.runningOn(node.name());
        if (!running.isEmpty()) {
            throw ClusterError.STILL_HOLDS.error(
                    "Node " + node.name() + " cannot be removed",
                    "partitions ran on it when it died: " + String.join(", ", running),
                    "start them elsewhere first, with lpar:remote-restart");
        }
    }

    private Explanation explanation(Fencing fencing, Node node) {
        List<RungView> rungs = fencing.explain(node.id()).stream()
                .map(rung -> new RungView(word(rung.kind()), rung.held(), rung.explanation()))
                .toList();
        return new Explanation(
                node.name(),
                word(services.get(Liveness.class).seen(node.id()).state()),
                rungs.stream().anyMatch(RungView::held),
                rungs,
                services.find(Storage.class).map(Storage::pools).orElse(List.of()).stream()
                        .flatMap(pool -> pool.protections().stream().map(word -> new ProtectionView(pool.name(), word)))
                        .toList());
    }

    @Command(
            name = "remove",
            description = {
                "Take a dead node out of the cluster, with its exports. It must be proven dead, and its partitions",
                "must have been started elsewhere. A node that is alive leaves by itself, with cluster:leave."
            },
            footer = {"cluster:remove cec-b --dry-run", "cluster:remove cec-b"})
    Object remove(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "NODE", description = "Its name or UUID.") String name) {
        Node node = services.membership().node(name);
        if (dryRun.asked()) {
            return Plan.draft()
                    .would("prove that node " + node.name() + " is dead")
                    .would("delete its exports, free what it owned, and take it out of the cluster")
                    .check(() -> requireSilent(node))
                    .check(() -> requireNothingRan(node))
                    .plan();
        }
        return fenced(node, services.get(Fencing.class).remove(node.id(), invocation::progress));
    }
}
