package org.serai.message.core;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.serai.cluster.HostId;
import org.serai.cluster.Membership;
import org.serai.cluster.Node;

/** A cluster whose nodes are a list in memory, shared by its members. */
final class FakeMembership implements Membership {
    private final ClusterInfo info;
    private final List<Node> nodes;
    private final UUID self;

    private FakeMembership(ClusterInfo info, List<Node> nodes, UUID self) {
        this.info = info;
        this.nodes = nodes;
        this.self = self;
    }

    static FakeMembership first() {
        FakeMembership first = new FakeMembership(
                new ClusterInfo(UUID.randomUUID(), "c", 1, 2, 3), new CopyOnWriteArrayList<>(), UUID.randomUUID());
        first.register("");
        return first;
    }

    FakeMembership another() {
        FakeMembership next = new FakeMembership(info, nodes, UUID.randomUUID());
        next.register("");
        return next;
    }

    private void register(String transportAddress) {
        Optional<Node> before = node(self);
        Node now = new Node(
                self,
                self.toString(),
                before.map(Node::slot).orElse(nodes.size()),
                UUID.randomUUID(),
                new HostId("s", "t", "m", HostId.Source.values()[0]),
                "",
                transportAddress);
        if (before.isEmpty()) {
            nodes.add(now);
        } else {
            // In one step: others look at any time.
            nodes.replaceAll(node -> node.id().equals(self) ? now : node);
        }
    }

    @Override
    public ClusterInfo cluster() {
        return info;
    }

    @Override
    public Node self() {
        return node(self).orElseThrow();
    }

    @Override
    public List<Node> nodes() {
        return List.copyOf(nodes);
    }

    @Override
    public Optional<Node> node(UUID id) {
        return nodes.stream().filter(node -> node.id().equals(id)).findFirst();
    }

    @Override
    public Node node(String nameOrId) {
        return node(UUID.fromString(nameOrId)).orElseThrow();
    }

    @Override
    public void announce(Address kind, String hostAndPort) {
        register(hostAndPort);
    }

    @Override
    public byte[] secret() {
        return new byte[32];
    }
}
