package org.serai.partition.core;

import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.serai.cluster.ClusterError;
import org.serai.ffdc.SeraiException;
import org.serai.hypervisor.HypervisorError;
import org.serai.hypervisor.spi.StateCapture;
import org.serai.partition.LparState;
import org.serai.partition.PartitionError;
import org.serai.partition.core.image.Image;
import org.serai.partition.core.image.ImageHeader;
import org.serai.partition.core.image.ImageSummary;
import org.serai.partition.core.image.ImageWriter;
import org.serai.partition.core.record.ImageRow;
import org.serai.partition.core.record.LparRow;
import org.serai.partition.core.record.Records;
import org.serai.storage.Lu;
import org.serai.storage.StorageError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts a running partition to sleep: its state into an LU, then the record, and only then its end. */
final class Hibernation {
    private static final Logger LOG = LoggerFactory.getLogger(Hibernation.class);

    private final PartitionContext context;
    private final Guests guests;

    Hibernation(PartitionContext context, Guests guests) {
        this.context = context;
        this.guests = guests;
    }

    /** Hibernates a partition that this node runs. */
    void run(Operation operation, LparRow row, Guest guest) {
        StateCapture hypervisor = context.hypervisors().capture(row.hypervisor());
        List<ImageHeader.Adapter> adapters = guest.disks().configuration();
        HibernationRoom.Room room = new HibernationRoom(context).find(row, lus(adapters), operation);
        operation.undo("giving the image's LU back", room.open()::close);
        Image image = new Image(room.open());
        room.open().expectWrites(0, HibernationRoom.expectedBytes(row));

        AtomicBoolean recording = new AtomicBoolean();
        operation.undo("letting it go on", () -> goOn(row, guest, image, recording.get()));
        operation.step(
                "hibernating",
                "Pausing partition " + row.name() + " and writing its state.",
                guest.grant(),
                LparState.HIBERNATING,
                (tx, r) -> r);
        guest.hold();
        ImageSummary summary = capture(hypervisor, guest, header(row, guest, adapters), room);

        String written = "The image is written: " + summary.stateBytes() + " bytes of state in " + summary.storedBytes()
                + " bytes.";
        recording.set(true);
        operation.step("record", written, guest.grant(), LparState.HIBERNATED, (tx, r) -> {
            tx.insert(new ImageRow(
                    r.id(),
                    room.lu().id(),
                    r.epoch(),
                    context.self().id(),
                    summary.stateBytes(),
                    summary.storedBytes(),
                    summary.sha256(),
                    new DiskEpochs(context).held(tx, guest).text()));
            return r;
        });
        operation.pointOfNoReturn();
        end(operation, guest, room);
    }

    private ImageSummary capture(StateCapture hypervisor, Guest guest, ImageHeader header, HibernationRoom.Room room) {
        ImageWriter writer = new ImageWriter(room.open(), header, context.workers());
        try {
            hypervisor.capture(guest.machine(), writer);
            return writer.finish();
        } catch (SeraiException e) {
            throw cause(guest, writer.failure().orElse(e));
        } finally {
            writer.abandon();
        }
    }

    /** What the storage said is the cause, whatever the hypervisor makes of a sink that fails. */
    private static RuntimeException cause(Guest guest, RuntimeException failure) {
        if (failure instanceof SeraiException e && e.code() == StorageError.POOL_FULL) {
            return PartitionError.NO_ROOM.error(
                    "The image of partition " + guest.name() + " does not fit into the pool",
                    e.reason(),
                    "free space in the pool or extend it; the partition goes on",
                    e);
        }
        return failure;
    }

    private ImageHeader header(LparRow row, Guest guest, List<ImageHeader.Adapter> adapters) {
        var definition = new ImageHeader.Definition(
                row.hypervisor(), row.memoryBytes(), row.cpus(), row.kernelSha256(), row.initrdSha256(), row.append());
        return new ImageHeader(
                row.id(),
                row.name(),
                row.client(),
                row.epoch(),
                context.self().id(),
                context.self().incarnation(),
                definition,
                adapters,
                new TreeMap<>(context.hypervisors()
                        .backend(row.hypervisor())
                        .compatibility(guest.spec())
                        .facts()));
    }

    private void end(Operation operation, Guest guest, HibernationRoom.Room room) {
        operation.tell("Ending partition " + guest.name() + " on node "
                + context.self().name() + ".");
        operation.forward("ending its machine", () -> {
            guests.remove(guest);
            guest.machine().kill();
        });
        operation.forward("ending its exports and giving its LUs back", guest.disks()::close);
        operation.forward("giving the image's LU back", room.open()::close);
        operation.last("giving it back", () -> context.ownership().release(guest.grant()));
    }

    /**
     * Lets the guest go on after a failure. If the record may have been committed although its commit failed, no guest
     * instruction may run before either the record or the image is gone: else the image would be restored on top of
     * disks that have moved on.
     */
    private void goOn(LparRow row, Guest guest, Image image, boolean mayBeRecorded) {
        if (mayBeRecorded) {
            try {
                context.records().move(guest.grant(), row.id(), LparState.RUNNING, Records::withoutImage);
            } catch (SeraiException e) {
                if (e.code() == ClusterError.STALE_EPOCH) {
                    guest.machine().kill();
                    throw e;
                }
                LOG.warn("partition {}: its image is spoiled, for the VIOS DB is away: {}", row.name(), e.reason());
                image.spoil();
            }
        }
        letRun(guest);
        context.records().move(guest.grant(), row.id(), LparState.RUNNING, Records::withoutImage);
    }

    private static void letRun(Guest guest) {
        try {
            guest.goOn();
        } catch (SeraiException e) {
            if (e.code() != HypervisorError.MACHINE_GONE) {
                throw e;
            }
            LOG.warn("partition {} ended while it was to be hibernated", guest.name());
        }
    }

    private List<Lu> lus(List<ImageHeader.Adapter> adapters) {
        return adapters.stream()
                .flatMap(a -> a.disks().stream())
                .flatMap(d -> context.storage().lu(d.lu()).stream())
                .toList();
    }
}
