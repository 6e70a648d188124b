package org.serai.transport.fault;

import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.serai.transport.spi.Link;

/** What is sent, with faults: to each node another one. */
final class FaultLink implements Link {
    private final UUID self;
    private final Link wrapped;
    private final Faults faults;
    private final Runnable ended;
    private final Map<UUID, Lane> lanes = new ConcurrentHashMap<>();

    FaultLink(UUID self, Link wrapped, Faults faults, Runnable ended) {
        this.self = self;
        this.wrapped = wrapped;
        this.faults = faults;
        this.ended = ended;
    }

    @Override
    public String address() {
        return wrapped.address();
    }

    @Override
    public boolean send(UUID node, byte[] message) {
        if (node.equals(self) || !wrapped.view().contains(node)) {
            return false;
        }
        byte[] copy = message.clone();
        lanes.computeIfAbsent(node, _ -> new Lane(faults))
                .pass(faults.meet(Rule.Way.TO, node), () -> wrapped.send(node, copy));
        return true;
    }

    @Override
    public void broadcast(byte[] message) {
        wrapped.view().forEach(node -> send(node, message));
    }

    @Override
    public Set<UUID> view() {
        return wrapped.view();
    }

    @Override
    public void close() {
        ended.run();
        wrapped.close();
    }
}
