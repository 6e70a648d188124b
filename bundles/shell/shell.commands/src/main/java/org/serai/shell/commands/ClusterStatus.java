package org.serai.shell.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
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
 * @param nodes each of them; none if there are too many to be listed
 * @param names their names, marked if they are not alive, if there are too many to be listed
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
        List<? extends Record> nodes,
        List<String> names) {
    /** More nodes than these are shown by their names only. */
    static final int LISTED_AT_MOST = 24;

    private static final int WIDTH_WITHOUT_TERMINAL = 100;
    private static final int INDENT = 4;
    private static final int PROBLEMS_AT_MOST = 10;

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
     * @param all whether each node is listed, however many there are
     * @param whole whether all is told of each node that is listed
     */
    static ClusterStatus of(NodeServices services, boolean all, boolean whole, int width) {
        Cluster cluster = services.cluster();
        Cluster.Self self = cluster.self();
        Optional<Membership> membership = cluster.membership();
        Optional<ClusterInfo> info = membership.map(Membership::cluster);
        Optional<Primary> primary = services.find(Primary.class);
        Optional<Database.Status> database = services.find(Database.class).map(Database::status);
        Optional<Boolean> fence = services.find(Fence.class).map(Fence::isOpen);
        List<NodeView> nodes =
                membership.map(member -> NodeCommands.views(services, member)).orElse(List.of());
        boolean listed = all || nodes.size() <= LISTED_AT_MOST;
        List<String> problems = new ArrayList<>();
        fence.filter(open -> !open).ifPresent(_ -> problems.add("this node may not serve: its fence is closed"));
        database.filter(status -> !status.reachable())
                .ifPresent(status ->
                        problems.add("this node does not reach the database: nothing can be changed, and what it"
                                + " shows, the primary node too, is as of revision " + status.revision()));
        if (membership.isPresent() && primary.flatMap(Primary::node).isEmpty()) {
            problems.add("there is no primary node");
        }
        problems.addAll(problems(nodes, all));
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
                !listed
                        ? List.<NodeLine>of()
                        : whole ? nodes : nodes.stream().map(NodeLine::of).toList(),
                listed ? List.of() : packed(nodes, width == 0 ? WIDTH_WITHOUT_TERMINAL : width));
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
    static List<String> problems(List<NodeView> nodes, boolean all) {
        List<String> found = nodes.stream()
                .filter(node -> List.of("suspect", "dead").contains(node.state())
                        || node.lost().isPresent())
                .map(node -> node.name() + " is " + node.state()
                        + (node.silentMs() > 0 ? ", silent for " + node.silentMs() + " ms" : "")
                        + node.lost()
                                .map(what -> "; it does not reach its " + what)
                                .orElse(""))
                .toList();
        if (all || found.size() <= PROBLEMS_AT_MOST) {
            return found;
        }
        List<String> first = new ArrayList<>(found.subList(0, PROBLEMS_AT_MOST));
        first.add("and " + (found.size() - PROBLEMS_AT_MOST) + " more; cluster:status --all shows them");
        return first;
    }

    /** Names in columns; {@code *} is the primary node, {@code !} one that is not alive, {@code ?} one not seen. */
    static List<String> packed(List<NodeView> nodes, int width) {
        List<String> marked =
                nodes.stream().map(node -> mark(node) + node.name()).toList();
        int column = marked.stream().mapToInt(String::length).max().orElse(0) + 1;
        int columns = Math.max(1, (width - INDENT) / column);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < marked.size(); i += columns) {
            lines.add(marked.subList(i, Math.min(marked.size(), i + columns)).stream()
                    .map(name -> ("%-" + column + "s").formatted(name))
                    .collect(Collectors.joining())
                    .stripTrailing());
        }
        return lines;
    }

    private static String mark(NodeView node) {
        return switch (node.state()) {
            case "alive" -> node.role().isEmpty() ? " " : "*";
            case "unknown" -> "?";
            default -> "!";
        };
    }
}
