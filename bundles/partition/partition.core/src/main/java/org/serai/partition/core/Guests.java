package org.serai.partition.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.serai.cluster.Fence;
import org.serai.cluster.Ownership;
import org.serai.ffdc.SeraiException;
import org.serai.partition.LparState;
import org.serai.partition.core.record.Records;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The partitions that this node runs now, and what happens to them without anybody asking: fencing, and their own end. */
final class Guests implements Fence.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Guests.class);

    private final PartitionContext context;
    private final Unfinished unfinished;
    private final Turns turns;
    private final Map<UUID, Guest> guests = new ConcurrentHashMap<>();

    Guests(PartitionContext context, Unfinished unfinished, Turns turns) {
        this.context = context;
        this.unfinished = unfinished;
        this.turns = turns;
    }

    Optional<Guest> guest(UUID lpar) {
        return Optional.ofNullable(guests.get(lpar));
    }

    List<Guest> all() {
        return List.copyOf(guests.values());
    }

    void add(Guest guest) {
        guests.put(guest.lpar(), guest);
    }

    void remove(Guest guest) {
        guests.remove(guest.lpar(), guest);
    }

    /** Watches for the end of a machine, after the operation that began it has recorded that it runs. */
    void watch(Guest guest) {
        guest.machine().onEnd(() -> context.workers().execute(() -> ended(guest)));
    }

    /** Every machine gets a thread of its own, so that one that hangs does not keep the others running. */
    @Override
    public void fence(boolean open) {
        LOG.warn("the gate {}: {} partitions {}", open ? "opened" : "closed", guests.size(), open ? "go on" : "pause");
        for (Guest guest : all()) {
            context.workers().execute(() -> {
                try {
                    if (!open) {
                        guest.pause();
                    } else if (mayRun(guest)) {
                        guest.unpause();
                    }
                } catch (SeraiException e) {
                    LOG.warn("partition {}: {}; its watchdog has the last word", guest.name(), e.getMessage());
                }
            });
        }
    }

    /** Ends what this node no longer owns: asked when ownership rows change and before a pause ends. */
    boolean mayRun(Guest guest) {
        Optional<Ownership.Owner> owner;
        try {
            owner = context.ownership().owner(guest.grant().object());
        } catch (SeraiException e) {
            LOG.info("partition {}: its owner cannot be looked up, so it goes on: {}", guest.name(), e.getMessage());
            return true;
        }
        boolean mine = owner.filter(o -> o.epoch() == guest.grant().epoch()
                        && o.holder().equals(Optional.of(context.self().id())))
                .isPresent();
        if (!mine && guests.get(guest.lpar()) == guest) {
            LOG.error("Partition {}: another node owns it under a later epoch; it is ended here", guest.name());
            guest.hold();
            guest.machine().kill();
        }
        return mine;
    }

    /** The guest shut down, crashed, or its process was killed. */
    private void ended(Guest guest) {
        turns.take(guest.lpar(), () -> {
            if (guests.remove(guest.lpar(), guest)) {
                LOG.info("partition {} has ended", guest.name());
                List<Unfinished.Task> tasks = new ArrayList<>(cleanup(guest));
                tasks.add(new Unfinished.Task(
                        "giving it back", () -> context.ownership().release(guest.grant())));
                unfinished.run(guest.lpar(), tasks);
            }
        });
    }

    /** What is to be done for a partition whose machine has ended, before it is given back. */
    List<Unfinished.Task> cleanup(Guest guest) {
        return List.of(
                new Unfinished.Task(
                        "ending its exports and giving its LUs back",
                        () -> guest.disks().close()),
                new Unfinished.Task(
                        "recording that it is stopped",
                        () -> context.records()
                                .move(guest.grant(), guest.lpar(), LparState.STOPPED, Records::withoutImage)));
    }
}
