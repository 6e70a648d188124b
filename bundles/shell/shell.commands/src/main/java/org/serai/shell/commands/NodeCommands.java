package org.serai.shell.commands;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.cluster.Cluster;
import org.serai.cluster.HostId;
import org.serai.cluster.Liveness;
import org.serai.cluster.Membership;
import org.serai.cluster.Node;
import org.serai.cluster.Ownership;
import org.serai.shell.CommandGroup;
import org.serai.shell.Detail;
import org.serai.shell.Invocation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
            @Detail boolean self,
            @Detail UUID incarnation,
            @Detail UUID id) {}

    record NodeInfo(NodeView node, HostId host, List<String> owns) {}

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
                node.id().equals(membership.self().id()),
                node.incarnation(),
                node.id());
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
            description = "Show a node, its CEC and what it owns.",
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
        List<String> owns = services.get(Ownership.class).owners().stream()
                .filter(owner -> owner.holder().equals(Optional.of(node.id())))
                .map(Ownership.Owner::object)
                .toList();
        return new NodeInfo(view(services, membership, node), node.host(), owns);
    }

    @Override
    public List<String> candidates(String label) {
        return label.equals("NODE")
                ? NodeServices.names(() ->
                        services.membership().nodes().stream().map(Node::name).toList())
                : List.of();
    }
}
