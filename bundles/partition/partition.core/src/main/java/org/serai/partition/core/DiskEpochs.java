package org.serai.partition.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.serai.cluster.Journal;
import org.serai.cluster.Ownership.Owner;
import org.serai.database.Transaction;
import org.serai.partition.PartitionError;
import org.serai.partition.core.record.ImageRow;
import org.serai.partition.core.record.LparRow;
import org.serai.partition.core.record.LuEpochs;
import org.serai.storage.Lu;

/**
 * Whether anybody else has opened a partition's LUs since its image was made: each lock that is taken raises the epoch
 * of its LU, so that the epochs in the image's record tell.
 */
final class DiskEpochs {
    private final PartitionContext context;

    DiskEpochs(PartitionContext context) {
        this.context = context;
    }

    /** The epochs for the record of an image that is being made, of LUs that the partition must hold until it is recorded. */
    LuEpochs held(Transaction tx, Guest guest) {
        Map<UUID, Long> epochs = guest.disks().epochs();
        epochs.forEach((lu, epoch) -> {
            boolean held = owner(tx, lu)
                    .filter(o -> o.epoch() == epoch
                            && o.holder().equals(Optional.of(context.self().id()))
                            && o.incarnation().equals(Optional.of(context.self().incarnation())))
                    .isPresent();
            if (!held) {
                throw PartitionError.OPERATION_FAILED.error(
                        "Partition " + guest.name() + " cannot be hibernated now",
                        "its lock of LU " + name(lu) + " changed while its state was written",
                        "try again");
            }
        });
        return new LuEpochs(new TreeMap<>(epochs));
    }

    /** Refuses an image if anybody has opened an LU of its partition since. */
    void requireUnopened(Transaction tx, LparRow row, ImageRow image) {
        require(tx, row, image, 0);
    }

    /** Refuses it if anybody but this node has, which has opened each of them once. */
    void requireOpenedHereOnly(Transaction tx, LparRow row, ImageRow image) {
        require(tx, row, image, 1);
    }

    private void require(Transaction tx, LparRow row, ImageRow image, int opened) {
        LuEpochs.of(image.luEpochs()).byLu().forEach((lu, recorded) -> {
            Optional<Owner> owner = owner(tx, lu);
            long epoch = owner.map(Owner::epoch).orElse(0L) - opened;
            if (epoch != recorded) {
                String now = owner.filter(o -> opened == 0)
                        .flatMap(Owner::holder)
                        .map(node -> ", and node " + context.nodeName(node) + " holds it now for: "
                                + owner.get().operation())
                        .orElse("");
                throw ImageCheck.voided(
                        row,
                        "LU " + name(lu) + " was opened without the partition, so that it may have been written: its"
                                + " lock had epoch " + recorded + " and has " + epoch + now);
            }
        });
    }

    /**
     * What the record must say when a restore is given up whose node died. Locks that the dead node still holds for the
     * partition, directly after the recorded epochs, cannot have been anybody else's in between. A restore records what
     * it took before it gives anything back: so a lock that is free, or held for anything else, was taken by somebody
     * else, and stays a reason to refuse the image.
     */
    LuEpochs leftBy(Transaction tx, LparRow row, ImageRow image, List<Journal.Entry> dead) {
        LuEpochs recorded = LuEpochs.of(image.luEpochs());
        Map<UUID, Long> taken = new HashMap<>();
        for (UUID lu : recorded.byLu().keySet()) {
            owner(tx, lu)
                    .filter(o -> o.operation().equals(Disks.purpose(row))
                            && dead.stream().anyMatch(e -> isOf(o, e)))
                    .ifPresent(o -> taken.put(lu, o.epoch()));
        }
        return recorded.raisedOnceTo(taken);
    }

    private static boolean isOf(Owner owner, Journal.Entry entry) {
        return owner.holder().equals(Optional.of(entry.node()))
                && owner.incarnation().equals(Optional.of(entry.incarnation()));
    }

    private Optional<Owner> owner(Transaction tx, UUID lu) {
        return context.ownership().owner(tx, Disks.object(lu));
    }

    private String name(UUID lu) {
        return context.storage().lu(lu).map(Lu::name).orElseGet(lu::toString);
    }
}
