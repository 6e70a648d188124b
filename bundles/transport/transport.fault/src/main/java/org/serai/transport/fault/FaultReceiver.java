package org.serai.transport.fault;

import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.serai.transport.spi.Receiver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What comes, with faults. */
final class FaultReceiver implements Receiver {
    private static final Logger LOG = LoggerFactory.getLogger(FaultReceiver.class);

    private final Receiver wrapped;
    private final Faults faults;
    private final Map<UUID, Lane> lanes = new ConcurrentHashMap<>();
    private volatile boolean ended;

    FaultReceiver(Receiver wrapped, Faults faults) {
        this.wrapped = wrapped;
        this.faults = faults;
    }

    @Override
    public void received(UUID from, byte[] message) {
        lanes.computeIfAbsent(from, _ -> new Lane(faults))
                .pass(faults.meet(Rule.Way.FROM, from), () -> hand(from, message.clone()));
    }

    private void hand(UUID from, byte[] message) {
        if (ended) {
            return;
        }
        try {
            wrapped.received(from, message);
        } catch (RuntimeException e) {
            LOG.error("The receiver failed at a message of node {}", from, e);
        }
    }

    @Override
    public void viewChanged(Set<UUID> nodes) {
        wrapped.viewChanged(nodes);
    }

    /** What is still delayed is lost. */
    void end() {
        ended = true;
    }
}
