package org.serai.simulator.network;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.serai.simulator.kernel.Life;
import org.serai.transport.spi.Link;
import org.serai.transport.spi.Receiver;
import org.serai.transport.spi.Transport;

/** A node's place on the network. */
final class SimulatedLink implements Link {
    private final Network network;
    private final Life life;
    private final UUID node;
    private final Receiver receiver;
    private final Map<UUID, Long> seenSinceNs = new HashMap<>();
    private Set<UUID> view;

    private SimulatedLink(Network network, Life life, UUID node, Receiver receiver) {
        this.network = network;
        this.life = life;
        this.node = node;
        this.receiver = receiver;
        this.view = new LinkedHashSet<>(Set.of(node));
    }

    static Transport transport(Network network, Life life) {
        return new Transport() {
            @Override
            public String wire() {
                return "simulated";
            }

            @Override
            public Link join(Settings settings, Receiver receiver) {
                var link = new SimulatedLink(network, life, settings.node(), receiver);
                network.join(link);
                return link;
            }
        };
    }

    Life life() {
        return life;
    }

    UUID node() {
        return node;
    }

    void view(Set<UUID> now) {
        if (!view.equals(now)) {
            view = now;
            seenSinceNs.keySet().retainAll(now);
            now.forEach(other -> seenSinceNs.putIfAbsent(other, life.loop().nowNs()));
            life.start(() -> receiver.viewChanged(now));
        }
    }

    boolean hasSeen(UUID other, long sinceNs) {
        return seenSinceNs.getOrDefault(other, Long.MAX_VALUE) < sinceNs;
    }

    void receive(UUID from, byte[] packet) {
        receiver.received(from, packet);
    }

    @Override
    public String address() {
        return life.name() + ":1";
    }

    @Override
    public boolean send(UUID to, byte[] message) {
        if (!view.contains(to) || to.equals(node)) {
            return false;
        }
        network.send(this, to, message);
        return true;
    }

    @Override
    public void broadcast(byte[] message) {
        throw new AssertionError("who is in the view is not always who is registered");
    }

    @Override
    public Set<UUID> view() {
        return view;
    }

    @Override
    public void close() {
        network.leave(this);
    }
}
