package org.serai.partition.core;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.serai.cluster.Grant;
import org.serai.ffdc.SeraiException;
import org.serai.partition.LparState;
import org.serai.partition.PartitionError;
import org.serai.partition.core.image.ImageMemory;
import org.serai.partition.core.record.ImageRow;
import org.serai.partition.core.record.LparRow;
import org.serai.partition.core.record.Records;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operations on partitions, done by this node. */
final class LifeCycle {
    private static final Logger LOG = LoggerFactory.getLogger(LifeCycle.class);

    /** Of images that are being restored. Beyond it, as with many at once, images are read twice. */
    private static final int IMAGE_MEMORY_MIB = 192;

    private final PartitionContext context;
    private final Turns turns;
    private final Unfinished unfinished;
    private final Guests guests;
    private final Claims claims;
    private final Settlement settlement;
    private final Machines machines;
    private final ImageMemory memory;

    LifeCycle(PartitionContext context, Turns turns, Unfinished unfinished, Guests guests) {
        this.context = context;
        this.turns = turns;
        this.unfinished = unfinished;
        this.guests = guests;
        this.claims = new Claims(context);
        this.settlement = new Settlement(context, unfinished);
        this.machines = new Machines(context);
        this.memory = new ImageMemory(IMAGE_MEMORY_MIB, context.workers());
    }

    Operation start(String name, Consumer<String> progress) {
        return perform(Kinds.START, name, progress, row -> {
            refuseIfRunning(row);
            require(row, foreseen(row) == LparState.STOPPED, "started", "wake it with lpar:resume " + name);
            machines.check(row);
            return operation -> {
                Claims.Claim claim = own(operation, row, () -> claims.free(row, "run", operation::tell));
                LparRow settled = settlement.settle(claim, row, Optional.of(operation.token()));
                boot().run(operation, settled, claim);
                operation.timeSinceBegin("start_ms");
            };
        });
    }

    Operation resume(String name, Consumer<String> progress) {
        return perform(Kinds.RESUME, name, progress, row -> {
            guests.guest(row.id()).ifPresent(g -> claims.refuseIfHeld(row));
            if (foreseen(row) != LparState.HIBERNATED) {
                claims.refuseIfHeld(row);
                require(row, false, "resumed", "start it with lpar:start " + name);
            }
            machines.check(row);
            return operation -> {
                Claims.Claim claim = own(operation, row, () -> claims.freeOrDead(row, "run", operation));
                wake(operation, settlement.settle(claim, row, Optional.of(operation.token())), claim);
                operation.timeSinceBegin("resume_ms");
            };
        });
    }

    Operation remoteRestart(String name, Consumer<String> progress) {
        return perform(Kinds.REMOTE_RESTART, name, progress, row -> {
            guests.guest(row.id()).ifPresent(g -> claims.refuseIfHeld(row));
            machines.check(row);
            return operation -> {
                if (claims.holder(row).isEmpty()) {
                    require(
                            row,
                            row.state() != LparState.STOPPED,
                            "restarted remotely",
                            "it is stopped in good order; start it with lpar:start " + name);
                    claims.establish(row, operation);
                }
                Claims.Claim claim = own(operation, row, () -> claims.freeOrDead(row, "run", operation));
                operation.timeSinceBegin("takeover_ms");
                LparRow settled = settlement.settle(claim, row, Optional.of(operation.token()));
                if (settled.state() == LparState.HIBERNATED) {
                    wake(operation, settled, claim);
                } else {
                    operation.tell("Partition " + name + " has no image that holds; it boots from its disks.");
                    boot().run(operation, settled, claim);
                }
                operation.timeSinceBegin("remote_restart_ms");
            };
        });
    }

    Operation hibernate(String name, Consumer<String> progress) {
        return perform(Kinds.HIBERNATE, name, progress, row -> {
            Guest guest = running(row, "hibernated");
            context.fence().check();
            return operation -> {
                new Hibernation(context, guests).run(operation, row, guest);
                operation.timeSinceBegin("hibernate_ms");
            };
        });
    }

    Operation stop(String name, Duration grace, Consumer<String> progress) {
        return perform(Kinds.STOP, name, progress, row -> {
            if (guests.guest(row.id()).isPresent()) {
                Guest guest = running(row, "stopped");
                return operation -> shutDown(operation, row, guest, grace);
            }
            refuseIfRunning(row);
            require(row, row.state() != LparState.STOPPED, "stopped", "nothing of it runs");
            refuseIfAsleep(row, "stopped");
            return dropping(row);
        });
    }

    Operation dropImage(String name, Consumer<String> progress) {
        return perform(Kinds.STOP, name, progress, row -> {
            refuseIfRunning(row);
            require(
                    row,
                    row.state() == LparState.HIBERNATED || foreseen(row) == LparState.HIBERNATED,
                    "relieved of its image",
                    "only a hibernated partition has one; lpar:stop " + name + " ends one that runs");
            return dropping(row);
        });
    }

    private Consumer<Operation> dropping(LparRow row) {
        return operation -> {
            Grant grant = drop(operation, row);
            operation.last("giving it back", () -> context.ownership().release(grant));
        };
    }

    /** The state of a partition is lost only for who says so. */
    private void refuseIfAsleep(LparRow row, String verb) {
        if (foreseen(row) == LparState.HIBERNATED) {
            throw PartitionError.WRONG_STATE.error(
                    "Partition " + row.name() + " cannot be " + verb,
                    "it is hibernated, and all that it had in memory would be lost with its image",
                    "wake it with lpar:resume " + row.name() + ", or give that up with lpar:stop " + row.name()
                            + " --drop-image");
        }
    }

    void delete(String name, Consumer<String> progress) {
        perform(Kinds.DELETE, name, progress, row -> {
            refuseIfRunning(row);
            refuseIfAsleep(row, "deleted");
            return operation -> {
                Grant grant = drop(operation, row);
                operation.forward(
                        "giving its paging LU back",
                        () -> context.paging().get().ifPresent(paging -> paging.release(row.id())));
                operation.forward(
                        "deleting its definition", () -> context.records().forget(grant, row.id()));
                operation.last("giving it back", () -> context.ownership().release(grant));
            };
        });
    }

    /** Settles a partition of which an earlier incarnation of this node, or a failed operation, left something. */
    void recover(LparRow row) {
        turns.take(row.id(), () -> {
            if (guests.guest(row.id()).isPresent() || claims.holder(row).isPresent()) {
                settlement.endOwn(row);
                return;
            }
            Claims.Claim claim = claims.free(row, "recovery", s -> LOG.info("{}", s));
            try {
                LparRow settled = settlement.settle(claim, row, Optional.empty());
                if (context.records().lpar(row.id()).isPresent()) {
                    settlement.freeLus(claim, settled);
                }
            } finally {
                context.ownership().release(claim.grant());
            }
        });
    }

    private interface Plan {
        /** Checks what can be checked before anything is changed, and says what is then to be done. */
        Consumer<Operation> of(LparRow row);
    }

    private Operation perform(String kind, String name, Consumer<String> progress, Plan plan) {
        // What another node has just done is no reason to refuse: nobody waits for hints here.
        context.database().catchUp(Long.MAX_VALUE);
        LparRow known = context.records().lpar(name);
        return turns.now(known, () -> {
            LparRow row = context.records().lpar(name);
            unfinished.check(row);
            return Operation.run(context, unfinished, kind, row, progress, plan.of(row));
        });
    }

    /** Takes the ownership; should the operation fail it is given back, also where taking it was reported as failed. */
    private Claims.Claim own(Operation operation, LparRow row, java.util.function.Supplier<Claims.Claim> take) {
        if (claims.holder(row)
                .filter(o -> o.holder().equals(Optional.of(context.self().id())))
                .isPresent()) {
            claims.refuseIfHeld(row);
        }
        operation.undo(
                "giving it back",
                () -> claims.holder(row)
                        .filter(o ->
                                o.holder().equals(Optional.of(context.self().id())))
                        .map(Claims::grant)
                        .ifPresent(context.ownership()::release));
        operation.step("own", "Making this node the owner of partition " + row.name() + ".");
        return take.get();
    }

    private void wake(Operation operation, LparRow row, Claims.Claim claim) {
        require(row, row.state() == LparState.HIBERNATED, "resumed", "look at lpar:info " + row.name());
        new Restore(context, guests, machines, settlement, memory).run(operation, row, claim);
    }

    private Boot boot() {
        return new Boot(context, guests, machines);
    }

    private void shutDown(Operation operation, LparRow row, Guest guest, Duration grace) {
        operation.undo("recording that it runs", () -> {
            if (!guest.hasEnded()) {
                context.records().move(guest.grant(), row.id(), LparState.RUNNING);
            }
        });
        operation.step("stop", "Asking partition " + row.name() + " to shut down.");
        context.records().move(guest.grant(), row.id(), LparState.STOPPING);
        guest.machine().stop(grace);
        operation.pointOfNoReturn();
        guests.remove(guest);
        guests.cleanup(guest).forEach(t -> operation.forward(t.what(), t.work()));
        operation.last("giving it back", () -> context.ownership().release(guest.grant()));
        operation.timeSinceBegin("stop_ms");
    }

    /** Makes a partition of which nothing runs a stopped one, without an image. Its ownership is kept for the caller. */
    private Grant drop(Operation operation, LparRow row) {
        Optional<ImageRow> image = context.records().image(row.id());
        image.flatMap(i -> context.storage().lu(i.lu()))
                .ifPresent(lu -> operation.note(HibernationRoom.LU_NAME, lu.name()));
        Claims.Claim claim = own(operation, row, () -> claims.free(row, "removal of its state", operation::tell));
        LparRow settled = settlement.settle(claim, row, Optional.of(operation.token()));
        operation.step("drop", "Dropping the state of partition " + row.name() + ".");
        context.records().move(claim.grant(), settled.id(), LparState.STOPPED, Records::withoutImage);
        operation.pointOfNoReturn();
        image.ifPresent(
                i -> operation.forward("deleting the image's LU", () -> settlement.discard(i.lu(), settled, claim)));
        return claim.grant();
    }

    /** For the quick answer; what the local view does not know yet is found out when the ownership is taken. */
    private void refuseIfRunning(LparRow row) {
        if (row.state() != LparState.STOPPED && row.state() != LparState.HIBERNATED) {
            claims.refuseIfHeld(row);
        }
    }

    private LparState foreseen(LparRow row) {
        return Settlement.outcome(row, context.records().image(row.id()));
    }

    private Guest running(LparRow row, String verb) {
        Optional<Guest> guest = guests.guest(row.id());
        if (guest.isEmpty()) {
            refuseIfRunning(row);
        }
        require(
                row,
                guest.isPresent() && row.state() == LparState.RUNNING,
                verb,
                "only a running partition can be " + verb);
        return guest.orElseThrow();
    }

    private static void require(LparRow row, boolean holds, String verb, String action) {
        if (!holds) {
            throw wrongState(row, verb, action);
        }
    }

    private static SeraiException wrongState(LparRow row, String verb, String action) {
        return PartitionError.WRONG_STATE.error(
                "Partition " + row.name() + " cannot be " + verb, "it is " + Records.word(row.state()), action);
    }
}
