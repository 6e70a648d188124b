package org.serai.partition.core;

import org.serai.cluster.Fence;
import org.serai.hypervisor.Machine;
import org.serai.hypervisor.MachineSpec;
import org.serai.hypervisor.MachineState;
import org.serai.hypervisor.spi.Hypervisor;
import org.serai.partition.LparState;
import org.serai.partition.PartitionError;
import org.serai.partition.core.record.DrcNames;
import org.serai.partition.core.record.LparRow;
import org.serai.partition.core.record.Records;

/** Runs a partition from its disks. */
final class Boot {
    private final PartitionContext context;
    private final Guests guests;
    private final Machines machines;

    Boot(PartitionContext context, Guests guests, Machines machines) {
        this.context = context;
        this.guests = guests;
        this.machines = machines;
    }

    /** Runs a stopped partition that this node owns. */
    void run(Operation operation, LparRow row, Claims.Claim claim) {
        Records records = context.records();
        Hypervisor hypervisor = context.hypervisors().able(row.hypervisor());
        String accelerator = hypervisor.host().accelerator();
        operation.undo("recording that it is stopped", () -> records.move(claim.grant(), row.id(), LparState.STOPPED));
        operation.step(
                "starting",
                "Partition " + row.name() + " is to run on node "
                        + context.self().name() + ".");
        records.move(claim.grant(), row.id(), LparState.STARTING, (tx, r) -> {
            DrcNames.place(tx, r.id(), context.self().host().locationCode());
            return r.on(context.self().id(), accelerator).under(claim.grant().epoch());
        });

        Disks disks = new Disks(context, row);
        operation.undo("ending its exports and giving its LUs back", disks::close);
        operation.step("open", "Opening its LUs.");
        disks.open(claim.proofs());
        operation.step("export", "Exporting them to it alone.");
        disks.export();

        machines.makeDirectory(row);
        MachineSpec spec = machines.spec(row, disks);
        operation.step("machine", "Starting hypervisor " + row.hypervisor() + ".");
        Machine machine = hypervisor.start(spec);
        Guest guest = new Guest(row.id(), row.name(), claim.grant(), spec, machine, disks, context.fence());
        operation.undo("ending its machine", machine::kill);
        operation.undo("forgetting its machine", () -> guests.remove(guest));
        guests.add(guest);

        operation.step("run", "Letting it run.");
        guest.run(() -> {});
        verify(guest, context.fence());
        records.move(claim.grant(), row.id(), LparState.RUNNING);
        operation.pointOfNoReturn();
        guests.watch(guest);
    }

    /** Refuses a machine that ended, or does not run, when it was let run; one that the fence paused is let go on later. */
    static void verify(Guest guest, Fence fence) {
        boolean ended = guest.hasEnded();
        if (ended || (guest.machine().state() != MachineState.RUNNING && fence.isOpen())) {
            throw PartitionError.OPERATION_FAILED.error(
                    "Partition " + guest.name() + " does not run",
                    "its machine " + (ended ? "ended" : "stays paused") + " when it was let run",
                    "look at its console and at the log of its hypervisor in "
                            + guest.spec().directory());
        }
    }
}
