package org.serai.partition.core;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ReadableByteChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.serai.database.Transaction;
import org.serai.hypervisor.Machine;
import org.serai.hypervisor.MachineSpec;
import org.serai.hypervisor.spi.StateCapture;
import org.serai.partition.LparState;
import org.serai.partition.core.image.Image;
import org.serai.partition.core.image.ImageMemory;
import org.serai.partition.core.record.DrcNames;
import org.serai.partition.core.record.ImageRow;
import org.serai.partition.core.record.LparRow;
import org.serai.partition.core.record.LuEpochs;
import org.serai.partition.core.record.Records;
import org.serai.storage.Lu;
import org.serai.storage.OpenLu;

/** Runs a partition from its hibernation image, once. */
final class Restore {
    private final PartitionContext context;
    private final Guests guests;
    private final Machines machines;
    private final Settlement settlement;
    private final ImageMemory memory;
    private final DiskEpochs epochs;

    Restore(PartitionContext context, Guests guests, Machines machines, Settlement settlement, ImageMemory memory) {
        this.context = context;
        this.guests = guests;
        this.machines = machines;
        this.settlement = settlement;
        this.memory = memory;
        this.epochs = new DiskEpochs(context);
    }

    /** Runs a hibernated partition that this node owns. */
    void run(Operation operation, LparRow row, Claims.Claim claim) {
        ImageRow image = context.records().image(row.id()).orElseThrow(() -> ImageCheck.corrupt(row, "the VIOS DB"));
        ImageCheck.epoch(row, image);
        check(tx -> epochs.requireUnopened(tx, row, image));
        StateCapture hypervisor = context.hypervisors().capture(row.hypervisor());
        Lu lu = context.storage().lu(image.lu()).orElseThrow(() -> ImageCheck.corrupt(row, "the pool"));

        operation.note(HibernationRoom.LU_NAME, lu.name());
        operation.step("lock_image", "Locking the image in LU " + lu.name() + ".");
        OpenLu open = Disks.open(context, lu, row.client(), "image of " + row.name(), claim.proofs());
        operation.undo("giving the image's LU back", open::close);

        machines.makeDirectory(row);
        Disks disks = new Disks(context, row);
        MachineSpec planned = machines.spec(row, disks);
        try (Image stored = memory.open(open, image.storedBytes())) {
            operation.step("verify", "Verifying " + image.storedBytes() + " bytes of image.");
            operation.timed("verify_ms", () -> {
                Image.Verified verified = stored.verify();
                ImageCheck.matches(context, row, image, verified, disks.configuration());
                ImageCheck.compatible(
                        row,
                        verified.header(),
                        context.hypervisors().backend(row.hypervisor()).compatibility(planned));
            });
            operation.timed("restore_ms", () -> restore(operation, row, claim, image, hypervisor, open, stored, disks));
        }
        consume(operation, row, claim, lu, open);
    }

    private void restore(
            Operation operation,
            LparRow row,
            Claims.Claim claim,
            ImageRow image,
            StateCapture hypervisor,
            OpenLu open,
            Image stored,
            Disks disks) {
        Records records = context.records();
        AtomicBoolean mayHaveRun = new AtomicBoolean();
        operation.undo("deleting the LU of a void image", () -> {
            if (mayHaveRun.get()) {
                open.close();
                settlement.discard(image.lu(), row, claim);
            }
        });
        operation.undo("ending its exports and giving its LUs back", disks::close);
        // Before anything is given back: what is free and has another epoch than the recorded one was somebody else's.
        operation.undo("recording its state", () -> back(row, claim, image, disks, mayHaveRun.get()));
        operation.step(
                "resuming",
                "Partition " + row.name() + " is to run on node "
                        + context.self().name() + ".");
        records.move(claim.grant(), row.id(), LparState.RESUMING);

        operation.step("open", "Opening its LUs.");
        disks.open(claim.proofs());
        check(tx -> epochs.requireOpenedHereOnly(tx, row, image));
        operation.step("export", "Exporting them to it alone.");
        disks.export();

        MachineSpec spec = machines.spec(row, disks);
        operation.step(
                "machine",
                "Restoring " + image.stateBytes() + " bytes of state with hypervisor " + row.hypervisor() + ".");
        Machine machine = load(hypervisor, spec, stored);
        Guest guest = new Guest(row.id(), row.name(), claim.grant(), spec, machine, disks, context.fence());
        operation.undo("ending its machine", machine::kill);
        operation.undo("forgetting its machine", () -> guests.remove(guest));
        guests.add(guest);

        operation.step("run", "Letting it run; from here on there is no way back to the image.");
        // Before the first instruction: whoever finds this epoch knows that the image may be older than the disks.
        records.move(claim.grant(), row.id(), LparState.RESUMING, (tx, r) -> {
            epochs.requireOpenedHereOnly(tx, row, image);
            DrcNames.place(tx, r.id(), context.self().host().locationCode());
            String accelerator =
                    context.hypervisors().backend(row.hypervisor()).host().accelerator();
            return r.on(context.self().id(), accelerator).under(claim.grant().epoch());
        });
        guest.run(() -> mayHaveRun.set(true));
        Boot.verify(guest, context.fence());
        operation.pointOfNoReturn();
        guests.watch(guest);
    }

    private Machine load(StateCapture hypervisor, MachineSpec spec, Image stored) {
        try (ReadableByteChannel state = stored.state(context.workers())) {
            return hypervisor.restore(spec, state);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void check(Consumer<Transaction> condition) {
        context.database().read(tx -> {
            condition.accept(tx);
            return tx;
        });
    }

    /**
     * The partition after a failure: asleep as before, with the epochs of the locks that were taken in vain; or stopped
     * if its guest may have run.
     */
    private void back(LparRow row, Claims.Claim claim, ImageRow image, Disks disks, boolean mayHaveRun) {
        if (mayHaveRun) {
            context.records().move(claim.grant(), row.id(), LparState.STOPPED, Records::withoutImage);
        } else {
            context.records().move(claim.grant(), row.id(), LparState.HIBERNATED, (tx, r) -> {
                var last = row.node().flatMap(n -> context.membership().node(n));
                last.ifPresent(n -> DrcNames.place(tx, r.id(), n.host().locationCode()));
                tx.update(image.with(LuEpochs.of(image.luEpochs()).raisedOnceTo(disks.epochs())));
                LparRow asBefore =
                        row.node().map(n -> r.on(n, row.accelerator())).orElse(r);
                return asBefore.under(image.epoch());
            });
        }
    }

    private void consume(Operation operation, LparRow row, Claims.Claim claim, Lu lu, OpenLu open) {
        operation.forward(
                "recording that it runs and that its image is used up",
                () -> context.records().move(claim.grant(), row.id(), LparState.RUNNING, Records::withoutImage));
        operation.forward("giving the image's LU back", open::close);
        operation.forward("deleting the image's LU", () -> settlement.discard(lu.id(), row, claim));
    }
}
