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
    private final Node other;
    private final List<String> announced = new ArrayList<>();

    TestCluster(UUID self, UUID other) {
        this(node(self, "cec-a", 0), node(other, "cec-b", 1));
    }

    /** The membership as that node has it. */
    TestCluster(Node self, Node other) {
        this.self = self;
        this.other = other;
    }

    /** A node whose portal has the port after its slot, and whose incarnation is its id. */
    static Node node(UUID id, String name, int slot) {
        String portal = "127.0.0.1:" + (slot + 1);
        return new Node(id, name, slot, id, new HostId("1234567", "8286", "42A", HostId.Source.CONFIGURED), portal, "");
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
