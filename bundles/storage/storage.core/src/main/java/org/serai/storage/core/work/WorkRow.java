package org.serai.storage.core.work;

import java.util.UUID;
import org.serai.database.Table;

/** A row of work. */
@Table("work")
public record WorkRow(
        UUID token,
        String kind,
        String object,
        String what,
        UUID node,
        UUID incarnation,
        long done,
        long total,
        boolean cancelled) {
    WorkRow at(long nowDone, long nowTotal) {
        return new WorkRow(token, kind, object, what, node, incarnation, nowDone, nowTotal, cancelled);
    }

    WorkRow cancel() {
        return new WorkRow(token, kind, object, what, node, incarnation, done, total, true);
    }
}
