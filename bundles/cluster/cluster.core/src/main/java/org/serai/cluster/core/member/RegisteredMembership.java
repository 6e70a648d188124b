package org.serai.cluster.core.member;

import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.serai.cluster.ClusterError;
import org.serai.cluster.Membership;
import org.serai.cluster.Node;
import org.serai.database.Database;
import org.serai.database.View;

/** The membership, answered from the local view. */
final class RegisteredMembership implements Membership {
    private final Database database;
    private final View<NodeRow> nodes;
    private final ClusterRow cluster;
    private final UUID self;

    RegisteredMembership(Database database, ClusterRow cluster, UUID self) {
        this.database = database;
        this.nodes = database.view(NodeRow.class);
        this.cluster = cluster;
        this.self = self;
    }

    @Override
    public ClusterInfo cluster() {
        return cluster.toInfo();
    }

    @Override
    public Node self() {
        return node(self)
                .orElseThrow(() -> ClusterError.NOT_A_MEMBER.error(
                        "This node does not belong to cluster " + cluster.name() + " any more",
                        "its row was removed from the database",
                        "end this node, and join again"));
    }

    @Override
    public List<Node> nodes() {
        return nodes.all().stream()
                .map(NodeRow::toNode)
                .sorted(Comparator.comparing(Node::name))
                .toList();
    }

    @Override
    public Optional<Node> node(UUID id) {
        return nodes.get(id).map(NodeRow::toNode);
    }

    @Override
    public Node node(String nameOrId) {
        return nodes().stream()
                .filter(node ->
                        node.name().equals(nameOrId) || node.id().toString().equals(nameOrId))
                .findFirst()
                .orElseThrow(() -> ClusterError.NO_SUCH_NODE.error(
                        "There is no node " + nameOrId,
                        "no node of cluster " + cluster.name() + " has that name or UUID",
                        "look at node:list"));
    }

    @Override
    public void announce(Address kind, String hostAndPort) {
        database.write(transaction -> {
            var row = transaction
                    .get(NodeRow.class, self)
                    .orElseThrow(() -> ClusterError.NOT_A_MEMBER.error(
                            "The address " + hostAndPort + " cannot be announced",
                            "this node is not registered any more",
                            "join the cluster again"));
            var announced = new NodeRow(
                    row.id(),
                    row.name(),
                    row.slot(),
                    row.incarnation(),
                    row.instance(),
                    row.cecSerial(),
                    row.cecType(),
                    row.cecModel(),
                    row.cecSource(),
                    kind == Address.PORTAL ? hostAndPort : row.portal(),
                    kind == Address.TRANSPORT ? hostAndPort : row.transportAddress());
            return announced.equals(row) ? row : transaction.update(announced);
        });
    }

    @Override
    public byte[] secret() {
        return Base64.getDecoder().decode(cluster.secret());
    }
}
