package org.serai.shell.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.serai.cluster.Cluster;
import org.serai.cluster.Fence;
import org.serai.cluster.Membership;
import org.serai.cluster.Membership.ClusterInfo;
import org.serai.cluster.Primary;
import org.serai.database.Database;
import org.serai.shell.commands.NodeCommands.NodeView;

/**
 * The cluster as this node sees it: first a summary, then what is wrong, then the nodes.
 *
 * @param summary how many nodes there are in each state
 * @param problems one sentence each
 * @param nodes each of them
 */
record ClusterStatus(
        String state,
        String detail,
        Optional<String> cluster,
        Optional<UUID> id,
        Optional<String> primary,
        Optional<Long> primaryEpoch,
        String summary,
        List<String> problems,
        String node,
        UUID nodeId,
        UUID incarnation,
        String cec,
        String cecSource,
        Optional<Boolean> fenceOpen,
        Optional<Long> renewalMs,
        Optional<Long> leaseMs,
        Optional<Long> marginMs,
        Optional<DatabaseView> database,
        List<? extends Record> nodes) {
    private static final int PROBLEMS_AT_MOST = 10;
    private static final int PARTITIONS_AT_MOST = 5;

    record DatabaseView(String engine, String place, boolean reachable, long revision) {}

    /** A node in few columns. */
    record NodeLine(String name, String state, long silentMs, String role, Optional<String> lost, String cec) {
        /** An id that is only derived may be another one after the host was set up anew. */
        private static String marked(NodeView node) {
            return node.cecSource().equals("derived") ? node.cec() + " (derived)" : node.cec();
        }

        static NodeLine of(NodeView node) {
            return new NodeLine(node.name(), node.state(), node.silentMs(), node.role(), node.lost(), marked(node));
        }
    }

    /**
     * The status.
     *
     * @param all whether all problems are told, however many there are
     * @param whole whether all is told of each node
     */
    static ClusterStatus of(NodeServices services, boolean all, boolean whole) {
        Cluster cluster = services.cluster();
        Cluster.Self self = cluster.self();
        Optional<Membership> membership = cluster.membership();
        Optional<ClusterInfo> info = membership.map(Membership::cluster);
        Optional<Primary> primary = services.find(Primary.class);
        Optional<Database.Status> database = services.find(Database.class).map(Database::status);
        Optional<Boolean> fence = services.find(Fence.class).map(Fence::isOpen);
        List<NodeView> nodes =
                membership.map(member -> NodeCommands.views(services, member)).orElse(List.of());
        List<String> problems = new ArrayList<>();
        if (membership.isEmpty()) {
            // Of a node that starts the state itself says what it waits for, and what to do about it.
            problems.add("this node serves nothing"
                    + (cluster.state().startsWith("starting")
                            ? " yet"
                            : "; what to do: " + NodeServices.wayIn(cluster.state())));
        }
        fence.filter(open -> !open).ifPresent(_ -> problems.add("this node may not serve: its fence is closed"));
        database.ifPresent(status -> status.trouble()
                .ifPresent(why -> problems.add("this node cannot use the database (" + why
                        + "): nothing can be changed, and what it shows, the primary node too, is as of revision "
                        + status.revision())));
        if (membership.isPresent() && primary.flatMap(Primary::node).isEmpty()) {
            problems.add("there is no primary node");
        }
        problems.addAll(wires(nodes));
        problems.addAll(problems(nodes, services::runningOn, all));
        String[] state = cluster.state().split(": ", 2);
        return new ClusterStatus(
                state[0],
                state[state.length - 1],
                info.map(ClusterInfo::name),
                info.map(ClusterInfo::id),
                primary.flatMap(Primary::node).map(services::nodeName),
                primary.map(Primary::epoch),
                summary(nodes),
                problems,
                self.name(),
                self.id(),
                self.incarnation(),
                self.host().locationCode(),
                self.host().source().name().toLowerCase(Locale.ROOT),
                fence,
                info.map(ClusterInfo::renewalMs),
                info.map(ClusterInfo::leaseMs),
                info.map(ClusterInfo::marginMs),
                database.map(status ->
                        new DatabaseView(status.engine(), status.place(), status.reachable(), status.revision())),
                whole ? nodes : nodes.stream().map(NodeLine::of).toList());
    }

    /** Nodes on different transports say nothing to each other. */
    private static List<String> wires(List<NodeView> nodes) {
        Map<String, List<String>> wires = nodes.stream()
                .filter(node -> node.transport().isPresent())
                .collect(Collectors.groupingBy(
                        node -> node.transport().get().replaceFirst("://.*", ""),
                        TreeMap::new,
                        Collectors.mapping(NodeView::name, Collectors.toList())));
        if (wires.size() < 2) {
            return List.of();
        }
        return List.of("nodes hear each other only on the same transport: "
                + wires.entrySet().stream()
                        .map(wire -> wire.getKey() + " at " + wire.getValue().getFirst()
                                + (wire.getValue().size() > 1
                                        ? " and " + (wire.getValue().size() - 1) + " more"
                                        : ""))
                        .collect(Collectors.joining(", "))
                + "; set transport.driver, and transport.tls, alike on all");
    }

    static String summary(List<NodeView> nodes) {
        Map<String, Long> states =
                nodes.stream().collect(Collectors.groupingBy(NodeView::state, TreeMap::new, Collectors.counting()));
        return nodes.size() + " nodes"
                + states.entrySet().stream()
                        .map(state -> ", " + state.getValue() + " " + state.getKey())
                        .collect(Collectors.joining());
    }

    /** A node that no pool shows here is no problem: there may be no pool that both use. */
    static List<String> problems(List<NodeView> nodes, Function<String, List<String>> runningOn, boolean all) {
        List<String> found = nodes.stream()
                .filter(node -> List.of("suspect", "dead").contains(node.state())
                        || node.lost().isPresent())
                .map(node -> node.name() + " is " + node.state()
                        + (node.silentMs() > 0 ? ", silent for " + node.silentMs() + " ms" : "")
                        + node.lost()
                                .map(what -> "; it does not reach its " + what)
                                .orElse("")
                        + (node.state().equals("dead") ? left(runningOn.apply(node.name())) : ""))
                .toList();
        if (all || found.size() <= PROBLEMS_AT_MOST) {
            return found;
        }
        List<String> first = new ArrayList<>(found.subList(0, PROBLEMS_AT_MOST));
        first.add("and " + (found.size() - PROBLEMS_AT_MOST) + " more; cluster:status --all shows them");
        return first;
    }

    /** What is to be done about what ran on a dead node. */
    private static String left(List<String> partitions) {
        if (partitions.isEmpty()) {
            return "";
        }
        return "; lpar:remote-restart starts elsewhere what ran there: "
                + partitions.stream().limit(PARTITIONS_AT_MOST).collect(Collectors.joining(", "))
                + (partitions.size() > PARTITIONS_AT_MOST
                        ? " and " + (partitions.size() - PARTITIONS_AT_MOST) + " more"
                        : "");
    }
}
