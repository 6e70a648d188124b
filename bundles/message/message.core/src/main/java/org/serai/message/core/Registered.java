package org.serai.message.core;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.serai.cluster.Membership;
import org.serai.cluster.Node;
import org.serai.message.core.vke.Registry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registered nodes and where their transports listen: {@code WIRE://host:port}. Who listens on another wire is no
 * peer. The local view is read anew at most every 100 ms, for this is asked at every message.
 */
final class Registered implements Registry {
    private static final Logger LOG = LoggerFactory.getLogger(Registered.class);
    private static final String BETWEEN = "://";
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Membership membership;
    private final LongSupplier nanoClock;
    private final Map<UUID, String> refused = new ConcurrentHashMap<>();
    private volatile String wire = "";
    private volatile Seen seen;

    Registered(Membership membership, LongSupplier nanoClock) {
        this.membership = membership;
        this.nanoClock = nanoClock;
        seen = look();
    }

    private record Seen(long atNanos, List<UUID> nodes) {}

    private Seen look() {
        return new Seen(
                nanoClock.getAsLong(), membership.nodes().stream().map(Node::id).toList());
    }

    void wire(String now) {
        wire = now;
    }

    @Override
    public String wire() {
        return wire;
    }

    /** An address as others find it. */
    String announced(String address) {
        return wire + BETWEEN + address;
    }

    @Override
    public List<UUID> nodes() {
        if (nanoClock.getAsLong() - seen.atNanos() > FRESH_NANOS) {
            seen = look();
        }
        return seen.nodes();
    }

    @Override
    public Optional<String> otherWire(UUID node) {
        return wire.isEmpty()
                ? Optional.empty()
                : membership.node(node).map(Node::transportAddress).flatMap(this::otherWire);
    }

    private Optional<String> otherWire(String address) {
        int end = address.indexOf(BETWEEN);
        return end < 0
                ? Optional.empty()
                : Optional.of(address.substring(0, end)).filter(its -> !its.equals(wire));
    }

    /** Where others listen on this wire; those on another are refused, in so many words. */
    List<String> peers() {
        UUID self = membership.self().id();
        return membership.nodes().stream()
                .filter(node ->
                        !node.id().equals(self) && !node.transportAddress().isEmpty())
                .filter(this::admit)
                .map(Node::transportAddress)
                .map(Registered::place)
                .toList();
    }

    private static String place(String address) {
        int end = address.indexOf(BETWEEN);
        return end < 0 ? address : address.substring(end + BETWEEN.length());
    }

    private boolean admit(Node node) {
        Optional<String> other = otherWire(node.transportAddress());
        if (other.isEmpty()) {
            refused.remove(node.id());
        } else if (!other.get().equals(refused.put(node.id(), other.get()))) {
            LOG.error(
                    "SERAI-MSG-0005: Node {} is refused: it listens on the transport {} and this node on {}; set"
                            + " transport.driver, and transport.tls, alike on all nodes of the cluster",
                    node.name(),
                    other.get(),
                    wire);
        }
        return other.isEmpty();
    }
}
