package org.serai.storage.core.catalog;

import java.util.List;
import java.util.UUID;
import org.serai.database.Table;
import org.serai.storage.RedundantLu.State;

/**
 * A row of redundancy.
 *
 * @param lu the primary
 * @param intent the LU with the intents beside the primary
 * @param copyIntent that beside the copy
 */
@Table("redundancy")
public record RedundancyRow(
        UUID lu,
        UUID copy,
        UUID intent,
        UUID copyIntent,
        long regionBytes,
        State state,
        String reason,
        long behindBytes) {
    private static final int REASON_AT_MOST = 255;

    /** In another state. */
    public RedundancyRow in(State newState, String newReason, long newBehindBytes) {
        String cut = newReason.length() > REASON_AT_MOST ? newReason.substring(0, REASON_AT_MOST) : newReason;
        return new RedundancyRow(lu, copy, intent, copyIntent, regionBytes, newState, cut, newBehindBytes);
    }

    /** With its sides exchanged. */
    public RedundancyRow exchanged() {
        State other = switch (state) {
            case SYNCHRONOUS -> State.SYNCHRONOUS;
            case COPY_BEHIND -> State.PRIMARY_BEHIND;
            case PRIMARY_BEHIND -> State.COPY_BEHIND;
        };
        return new RedundancyRow(copy, lu, copyIntent, intent, regionBytes, other, reason, behindBytes);
    }

    /** The LUs that are made and deleted with it. */
    public List<UUID> made() {
        return List.of(copy, intent, copyIntent);
    }

    /** The id of the moment in which it came into its state. */
    public String moment() {
        return moment(lu);
    }

    /** That of an LU. */
    public static String moment(UUID lu) {
        return "redundancy " + lu;
    }
}
