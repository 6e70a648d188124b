package org.serai.cluster.core.ownership;

import java.util.UUID;
import org.serai.cluster.Journal;
import org.serai.database.Table;

/** A row of journal. */
@Table("journal")
public record JournalRow(
        UUID token,
        long number,
        String kind,
        String object,
        UUID node,
        UUID incarnation,
        String step,
        Journal.State state,
        String detail) {
    /** Ended in that way. */
    public JournalRow ended(Journal.State end) {
        return new JournalRow(token, number, kind, object, node, incarnation, step, end, detail);
    }

    Journal.Entry toEntry() {
        return new Journal.Entry(token, kind, object, node, incarnation, step, state, detail);
    }
}
