package org.serai.cluster.core.member;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import org.serai.cluster.ClusterError;
import org.serai.cluster.HostId;
import org.serai.cluster.Membership;
import org.serai.cluster.Neighbours;
import org.serai.cluster.Node;
import org.serai.database.Database;

/**
 * Neighbours as rows, and the choice where there are none: first the nodes of the same CEC, since they reach the same
 * partitions, then those whose slots follow in a ring, so that no node is everybody's neighbour.
 */
final class NodeNeighbours implements Neighbours {
    private final Database database;
    private final Membership membership;

    NodeNeighbours(Database database, Membership membership) {
        this.database = database;
        this.membership = membership;
    }

    @Override
    public Chosen of(UUID node) {
        var rows = database.view(NeighbourRow.class).where(row -> row.node().equals(node)).stream()
                .sorted(Comparator.comparingInt(NeighbourRow::neighbourRank))
                .map(NeighbourRow::neighbour)
                .toList();
        return rows.isEmpty() ? new Chosen(choice(node(node)), false) : new Chosen(rows, true);
    }

    private Node node(UUID id) {
        return membership.node(id).orElseGet(() -> membership.node(id.toString()));
    }

    private List<UUID> choice(Node node) {
        return choice(node, membership.nodes());
    }

    static List<UUID> choice(Node node, List<Node> all) {
        var slots = all.stream().mapToInt(Node::slot).max().orElse(0) + 1;
        return all.stream()
                .filter(other -> !other.id().equals(node.id()))
                .sorted(Comparator.comparing((Node other) -> !isSameCec(node.host(), other.host()))
                        .thenComparingInt(other -> Math.floorMod(other.slot() - node.slot(), slots)))
                .limit(CHOSEN)
                .map(Node::id)
                .toList();
    }

    private static boolean isSameCec(HostId one, HostId other) {
        return one.locationCode().equals(other.locationCode());
    }

    @Override
    public Chosen set(UUID node, List<UUID> neighbours) {
        var named = node(node);
        neighbours.forEach(this::node);
        if (neighbours.contains(node) || new HashSet<>(neighbours).size() < neighbours.size()) {
            throw ClusterError.BAD_NAME.error(
                    "The neighbours of node " + named.name() + " cannot be set",
                    "a node is named twice, or is its own neighbour",
                    "name other nodes, each once");
        }
        database.write(transaction -> {
            transaction
                    .list(NeighbourRow.class, "node", node)
                    .forEach(row -> transaction.delete(NeighbourRow.class, row.id()));
            List<NeighbourRow> rows = new ArrayList<>();
            for (var neighbour : neighbours) {
                rows.add(transaction.insert(NeighbourRow.of(node, rows.size(), neighbour)));
            }
            return rows;
        });
        return of(node);
    }
}
