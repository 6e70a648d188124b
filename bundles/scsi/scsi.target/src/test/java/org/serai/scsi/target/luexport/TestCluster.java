package org.serai.scsi.target.luexport;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.UUID;
import org.serai.cluster.HostId;
import org.serai.cluster.Membership;
import org.serai.cluster.Node;

/** A membership of two nodes, seen from one of them. */
final class TestCluster implements Membership {
    private final Node self;
    private volatile Node other;
    private final List<String> announced = new ArrayList<>();

    TestCluster(UUID self, UUID other) {
        this.self = node(self, self, "cec-a", "127.0.0.1:1");
        this.other = node(other, other, "cec-b", "127.0.0.1:2");
    }

    private static Node node(UUID id, UUID incarnation, String name, String portal) {
        return new Node(
                id, name, 0, incarnation, new HostId("1234567", "8286", "42A", HostId.Source.CONFIGURED), portal, "");
    }

    /** From now on the view shows the other node's new start. */
    void otherHasStartedAnew(UUID incarnation) {
        other = node(other.id(), incarnation, other.name(), other.portal());
    }

    synchronized List<String> announced() {
        return List.copyOf(announced);
    }

    @Override
    public ClusterInfo cluster() {
        return new ClusterInfo(UUID.randomUUID(), "test", 1000, 8000, 2000);
    }

    @Override
    public Node self() {
        return self;
    }

    @Override
    public List<Node> nodes() {
        return List.of(self, other);
    }

    @Override
    public Optional<Node> node(UUID id) {
        return nodes().stream().filter(node -> node.id().equals(id)).findFirst();
    }

    @Override
    public Node node(String name) {
        return nodes().stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException(name));
    }

    @Override
    public synchronized void announce(Address kind, String hostAndPort) {
        announced.add(kind + " " + hostAndPort);
    }

    @Override
    public byte[] secret() {
        return new byte[0];
    }
}
