package org.serai.storage.core.lu;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.serai.database.Database;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;
import org.serai.storage.core.attach.Attachment;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.spi.Clones;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** LUs that a pool holds and the VIOS DB does not know: made after the backup from which it was restored. */
public final class Strays {
    private static final Logger LOG = LoggerFactory.getLogger(Strays.class);

    private final Database database;

    /** Strays of what this database knows. */
    public Strays(Database database) {
        this.database = database;
    }

    /** The ids of those in a pool. */
    public List<UUID> in(Attachment attachment) {
        // First: what is made after this has its row before it has any space.
        List<UUID> held = attachment.store().lus();
        return without(held, database.read(transaction -> transaction.list(LuRow.class)));
    }

    private static List<UUID> without(List<UUID> held, Collection<LuRow> rows) {
        Set<UUID> known = rows.stream().map(LuRow::id).collect(Collectors.toSet());
        return held.stream().filter(lu -> !known.contains(lu)).toList();
    }

    /** The LUs of whose data one shows something; none of one that cannot be read. */
    public static Set<UUID> origins(Attachment attachment, UUID stray) {
        try {
            return attachment.store() instanceof Clones able ? able.origins(stray) : Set.of();
        } catch (SeraiException unreadable) {
            LOG.info("LU {} cannot be read: {}", stray, unreadable.getMessage());
            return Set.of();
        }
    }

    /**
     * Fails if a stray shows what an LU holds in its snapshots, of which the VIOS DB may know nothing either. It would be
     * lost with them.
     *
     * @param what cannot be done then
     */
    public void requireNoneShows(LuRow row, Attachment attachment, String what) {
        if (!(attachment.store() instanceof Clones)) {
            return;
        }
        // A clone that the view does not show yet is known to the database, which has the last word on it.
        List<UUID> seen =
                without(attachment.store().lus(), database.view(LuRow.class).all());
        String clones = seen.stream()
                .filter(stray -> origins(attachment, stray).contains(row.id()))
                .map(UUID::toString)
                .sorted()
                .collect(Collectors.joining(", "));
        if (!clones.isEmpty()) {
            throw StorageError.SNAPSHOT_IN_USE.error(
                    what,
                    "it is the origin of clones which the VIOS DB does not know: " + clones,
                    "lu:adopt makes each an LU of its own; delete it then if nobody needs it");
        }
    }
}
