package org.serai.shell.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.cluster.Cluster;
import org.serai.cluster.Delegations;
import org.serai.cluster.HostId;
import org.serai.cluster.LiveNodes;
import org.serai.cluster.Liveness;
import org.serai.cluster.Membership;
import org.serai.cluster.Neighbours;
import org.serai.cluster.Node;
import org.serai.cluster.Ownership;
import org.serai.cluster.Primary;
import org.serai.ffdc.SeraiException;
import org.serai.shell.CommandGroup;
import org.serai.shell.Detail;
import org.serai.shell.DryRun;
import org.serai.shell.Invocation;
import org.serai.shell.Plan;
import org.serai.shell.ShellError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands that show the nodes of the cluster. */
@Component(service = CommandGroup.class)
@Command(name = "node", description = "The nodes of the cluster.")
public final class NodeCommands implements CommandGroup {
    private final NodeServices services;

    /** The commands over these services. */
    @Activate
    public NodeCommands(@Reference NodeServices services) {
        this.services = services;
    }

    /**
     * A node in a list.
     *
     * @param state what this node sees of it, see {@link Liveness.State}
     * @param role {@code primary} or nothing
     * @param lost what it does not reach
     * @param cecSource where its CEC's id comes from: {@code dmi}, {@code configured}, {@code derived}
     * @param self whether it is the node that was asked
     */
    record NodeView(
            String name,
            String state,
            long silentMs,
            String cec,
            Optional<String> portal,
            Optional<String> transport,
            int slot,
            String role,
            Optional<String> lost,
            @Detail String cecSource,
            @Detail boolean self,
            @Detail UUID incarnation,
            @Detail UUID id) {}

    /**
     * A node.
     *
     * @param live its own answer, now
     * @param silence why there is none
     * @param neighbours which nodes take its I/O when it loses its storage
     */
    record NodeInfo(
            NodeView node,
            HostId host,
            Optional<LiveNodes.Live> live,
            Optional<String> silence,
            List<String> neighbours,
            List<OwnedView> owns) {}

    /** @param name of the LU or partition, if it has one */
    record OwnedView(String object, Optional<String> name, String operation, long epoch) {}

    /** @param set whether somebody has set them; they are chosen otherwise */
    record NeighboursView(String node, List<String> neighbours, boolean set) {}

    static List<NodeView> views(NodeServices services, Membership membership) {
        return membership.nodes().stream()
                .map(node -> view(services, membership, node))
                .toList();
    }

    private static NodeView view(NodeServices services, Membership membership, Node node) {
        Optional<Liveness.Seen> seen = services.find(Liveness.class).map(liveness -> liveness.seen(node.id()));
        return new NodeView(
                node.name(),
                seen.map(Liveness.Seen::state)
                        .orElse(Liveness.State.UNKNOWN)
                        .name()
                        .toLowerCase(Locale.ROOT),
                seen.map(Liveness.Seen::silentMs).orElse(0L),
                node.host().locationCode(),
                Optional.of(node.portal()).filter(text -> !text.isEmpty()),
                Optional.of(node.transportAddress()).filter(text -> !text.isEmpty()),
                node.slot(),
                isPrimary(services, node) ? "primary" : "",
                lost(services, node),
                node.host().source().name().toLowerCase(Locale.ROOT),
                node.id().equals(membership.self().id()),
                node.incarnation(),
                node.id());
    }

    private static boolean isPrimary(NodeServices services, Node node) {
        return services.find(Primary.class)
                .flatMap(Primary::node)
                .filter(node.id()::equals)
                .isPresent();
    }

    private static Optional<String> lost(NodeServices services, Node node) {
        Optional<Primary.Standing> standing =
                services.find(Primary.class).map(Primary::standings).orElse(List.of()).stream()
                        .filter(each -> each.node().equals(node.id()))
                        .findFirst();
        List<String> lost = new ArrayList<>();
        String through = through(services, node);
        if (!through.isEmpty()) {
            lost.add("storage (through " + through + ")");
        } else if (standing.filter(Primary.Standing::storageLost).isPresent()) {
            lost.add("storage");
        }
        if (standing.filter(Primary.Standing::databaseLost).isPresent()) {
            lost.add("database");
        }
        return Optional.of(String.join(", ", lost)).filter(text -> !text.isEmpty());
    }

    /** The neighbours that its I/O goes through. */
    private static String through(NodeServices services, Node node) {
        return services.find(Delegations.class).map(Delegations::all).orElse(List.of()).stream()
                .filter(each -> each.incarnation().equals(node.incarnation()))
                .map(each -> services.nodeName(each.neighbour()))
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }

    @Command(
            name = "list",
            description = "List the nodes, with what this node sees of their heartbeats.",
            footer = {"node:list", "node:list --json"})
    List<NodeView> list(@Mixin Invocation invocation) {
        Optional<Cluster> alone =
                services.find(Cluster.class).filter(cluster -> cluster.state().startsWith("alone"));
        if (alone.isPresent()) {
            invocation.progress("This node, " + alone.get().self().name()
                    + ", belongs to no cluster: cluster:create NAME or cluster:join TOKEN.");
            return List.of();
        }
        return views(services, services.membership());
    }

    @Command(
            name = "info",
            description = "Show a node: how the others see it, its own answer, its CEC and what it owns.",
            footer = {"node:info", "node:info cec-b --json"})
    NodeInfo info(
            @Mixin Invocation invocation,
            @Parameters(
                            paramLabel = "NODE",
                            arity = "0..1",
                            description = "Its name or UUID; this node if it is left out.")
                    Optional<String> name) {
        Membership membership = services.membership();
        Node node = name.map(membership::node).orElseGet(membership::self);
        List<OwnedView> owns = services.get(Ownership.class).owners().stream()
                .filter(owner -> owner.holder().equals(Optional.of(node.id())))
                .map(owner -> new OwnedView(
                        owner.object(), services.ownedName(owner.object()), owner.operation(), owner.epoch()))
                .toList();
        Optional<LiveNodes.Live> live = Optional.empty();
        Optional<String> silence = Optional.empty();
        try {
            live = Optional.of(services.get(LiveNodes.class).ask(node.id()));
        } catch (SeraiException e) {
            silence = Optional.of(e.what() + ": " + e.reason());
        }
        return new NodeInfo(
                view(services, membership, node),
                node.host(),
                live,
                silence,
                names(services.get(Neighbours.class).of(node.id()).nodes()),
                owns);
    }

    private List<String> names(List<UUID> nodes) {
        return nodes.stream().map(services::nodeName).toList();
    }

    @Command(
            name = "neighbours",
            description = "Show, or set, which nodes take a node's I/O when it loses its storage.",
            footer = {
                "node:neighbours cec-a",
                "node:neighbours cec-a --set cec-b cec-c",
                "node:neighbours cec-a --chosen --dry-run"
            })
    Object neighbours(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "NODE", description = "Its name or UUID.") String name,
            @Option(
                            names = "--set",
                            paramLabel = "NODE",
                            arity = "1..*",
                            description = "Its neighbours, the first one first.")
                    List<String> set,
            @Option(names = "--chosen", description = "Take the setting back: they are chosen again.") boolean chosen) {
        if (chosen && set != null) {
            throw ShellError.WRONG_USAGE.error(
                    "The neighbours cannot be set", "--set and --chosen exclude each other", "give one of them");
        }
        Membership membership = services.membership();
        Node node = membership.node(name);
        List<UUID> wanted = set == null
                ? List.of()
                : set.stream().map(other -> membership.node(other).id()).toList();
        if (dryRun.asked()) {
            return Plan.draft()
                    .would(
                            wanted.isEmpty()
                                    ? "let the neighbours of node " + node.name() + " be chosen"
                                    : "make " + String.join(", ", set) + " the neighbours of node " + node.name())
                    .plan();
        }
        Neighbours neighbours = services.get(Neighbours.class);
        Neighbours.Chosen now = chosen || set != null ? neighbours.set(node.id(), wanted) : neighbours.of(node.id());
        return new NeighboursView(node.name(), names(now.nodes()), now.set());
    }

    @Override
    public List<String> candidates(String label) {
        return label.equals("NODE")
                ? NodeServices.names(() ->
                        services.membership().nodes().stream().map(Node::name).toList())
                : List.of();
    }
}
