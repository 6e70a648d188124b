package org.serai.partition.core.restore;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.serai.cluster.spi.RestoreWitness;
import org.serai.database.Database;
import org.serai.database.Transaction;
import org.serai.partition.LparState;
import org.serai.partition.core.record.ImageRow;
import org.serai.partition.core.record.LparRow;
import org.serai.partition.core.record.LuEpochs;
import org.serai.partition.core.record.Records;

/**
 * No machine runs when a cluster is restored: each partition is stopped, or sleeps if its image is still the newest that
 * there is of it, which the epochs of its LUs in the pools prove.
 */
@Component
public final class PartitionWitness implements RestoreWitness {
    /** Needs nothing. */
    @Activate
    public PartitionWitness() {}

    @Override
    public Testimony examine(Database backup, Consumer<String> progress) {
        return new Testimony() {
            @Override
            public void adjust(Transaction transaction, Epochs epochs, Consumer<String> changes) {
                for (LparRow row : transaction.list(LparRow.class)) {
                    settle(transaction, row, epochs, changes);
                }
            }
        };
    }

    private static void settle(Transaction transaction, LparRow row, Epochs epochs, Consumer<String> changes) {
        Optional<ImageRow> image = transaction.get(ImageRow.class, row.id());
        boolean asleep = row.state() == LparState.HIBERNATED || row.state() == LparState.RESUMING;
        boolean valid = asleep
                && image.filter(found -> found.epoch() == row.epoch() && isNewest(found, epochs))
                        .isPresent();
        if (valid) {
            transaction.update(image.get().with(raised(image.get(), epochs)));
        } else if (image.isPresent()) {
            transaction.delete(ImageRow.class, row.id());
            changes.accept("partition " + row.name() + " was hibernated, and its disks or its image were used since, or"
                    + " cannot be seen: it boots from its disks");
        }
        LparState next = valid ? LparState.HIBERNATED : LparState.STOPPED;
        if (next != row.state()) {
            transaction.update(row.in(next));
            changes.accept(
                    "partition " + row.name() + " was " + Records.word(row.state()) + " and is " + Records.word(next));
        }
    }

    /** Whether nobody has opened the partition's LUs, or the image's, since the image was made and the backup was taken. */
    private static boolean isNewest(ImageRow image, Epochs epochs) {
        boolean untouched =
                LuEpochs.of(image.luEpochs()).byLu().entrySet().stream().allMatch(entry -> isUntouched(entry, epochs));
        String object = object(image.lu());
        return untouched && epochs.found(object).orElse(Long.MAX_VALUE) <= epochs.backup(object);
    }

    private static boolean isUntouched(Map.Entry<UUID, Long> recorded, Epochs epochs) {
        String object = object(recorded.getKey());
        return epochs.backup(object) == recorded.getValue()
                && epochs.found(object).orElse(Long.MAX_VALUE) <= recorded.getValue();
    }

    private static LuEpochs raised(ImageRow image, Epochs epochs) {
        SortedMap<UUID, Long> raised = new TreeMap<>();
        LuEpochs.of(image.luEpochs()).byLu().keySet().forEach(lu -> raised.put(lu, epochs.restored(object(lu))));
        return new LuEpochs(raised);
    }

    private static String object(UUID lu) {
        return "lu:" + lu;
    }
}
