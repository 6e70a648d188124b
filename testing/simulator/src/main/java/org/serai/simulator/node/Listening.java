package org.serai.simulator.node;

import java.util.Optional;
import org.serai.cluster.ClusterError;
import org.serai.cluster.Event;
import org.serai.cluster.EventFilter;
import org.serai.cluster.Events;
import org.serai.cluster.Fence;
import org.serai.ffdc.SeraiException;

/** A caller of this node that is registered for all events, and goes on after a restart where it was. */
final class Listening {
    private static final long AGAIN_MS = 1000;

    private final World world;
    private final NodeProcess process;
    private final Events events;
    private Optional<Fence.Registration> delivery = Optional.empty();
    private boolean ended;

    Listening(World world, NodeProcess process) {
        this.world = world;
        this.process = process;
        this.events = process.service(Events.class);
    }

    void begin() {
        var name = "all-" + process.life().name();
        while (!ended && delivery.isEmpty()) {
            try {
                world.events().registered(name, registered(name).acknowledged());
                var ledger = world.events().delivery(name);
                delivery = Optional.of(events.deliver(name, (after, missed, event) -> {
                    ledger.told(after, missed, event.number());
                }));
            } catch (SeraiException again) {
                world.trace().note(process.life().name(), again.getMessage());
                process.life().sleepMs(AGAIN_MS);
            }
        }
        if (!ended) {
            events.report(
                    Event.Subject.NODE,
                    Event.Action.STARTED,
                    name,
                    name,
                    "a caller listens in " + process.life().pid());
        }
    }

    private Events.Registered registered(String name) {
        try {
            return events.register(name, EventFilter.ALL);
        } catch (SeraiException taken) {
            if (taken.code() != ClusterError.REGISTRATION_CONFLICT) {
                throw taken;
            }
            return events.registration(name);
        }
    }

    void end() {
        ended = true;
        delivery.ifPresent(Fence.Registration::close);
    }
}
