package org.serai.cluster.core.event;

import java.util.Locale;
import java.util.UUID;
import org.serai.cluster.Primary.Standing;
import org.serai.database.Table;

/** A row of node_status: how a node stands, as itself and the others found out. */
@Table("node_status")
public record NodeStatusRow(UUID node, UUID incarnation, State state, String reason, Link storage, Link databaseLink) {
    private static final int REASON_AT_MOST = 255;

    /** Cuts a long reason. */
    public NodeStatusRow {
        reason = reason.length() > REASON_AT_MOST ? reason.substring(0, REASON_AT_MOST) : reason;
    }

    /** Whether a node runs. */
    public enum State {
        /** It runs. */
        UP,
        /** It was stopped in order. */
        STOPPED,
        /** It ended in another way. */
        FAILED
    }

    /** Whether something can be reached. */
    public enum Link {
        /** It can. */
        OK,
        /** It cannot. */
        LOST
    }

    /** A node that was just started. */
    public static NodeStatusRow up(UUID node, UUID incarnation) {
        return new NodeStatusRow(node, incarnation, State.UP, "", Link.OK, Link.OK);
    }

    /** As others see it. */
    public Standing toStanding() {
        return new Standing(
                node,
                incarnation,
                state.name().toLowerCase(Locale.ROOT),
                reason,
                storage == Link.LOST,
                databaseLink == Link.LOST);
    }

    /** With another state. */
    public NodeStatusRow with(State now, String why) {
        return new NodeStatusRow(node, incarnation, now, why, storage, databaseLink);
    }

    /** With what is known of its ways. */
    public NodeStatusRow with(Link storageNow, Link databaseNow, String why) {
        return new NodeStatusRow(node, incarnation, state, why, storageNow, databaseNow);
    }
}
