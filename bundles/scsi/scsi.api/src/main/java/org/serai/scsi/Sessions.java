package org.serai.scsi;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** The sessions that initiators have open with a target transport of this node: a service of the transport. */
@ProviderType
public interface Sessions {
    /** The sessions that are open now, ordered by target and initiator; those for discovery too. */
    List<Session> sessions();

    /** Measures from now on, call by call. */
    Meter meter();

    /**
     * Ends a session: the initiator is asked to log out, and has a few seconds for it. It may log in again.
     *
     * @return false if there is no such session
     */
    boolean kick(int id);

    /** Tells what went on between two looks. Not safe for use by two threads at once. */
    interface Meter {
        /** The loads since the call before, or since the meter was made, ordered by session and LUN. */
        List<Load> next();
    }

    /**
     * A session.
     *
     * @param id what {@link #kick} takes; with iSCSI the target session identifying handle
     * @param initiatorSession the initiator's part of the session id, with iSCSI the ISID in hexadecimal
     * @param target empty for a discovery session
     * @param since when its first connection had logged in
     * @param negotiated what was settled for the session, by key
     * @param connections in the order of their ids
     * @param units the LUNs that were used, ordered
     */
    record Session(
            int id,
            String initiator,
            String initiatorSession,
            Optional<String> target,
            Instant since,
            Map<String, String> negotiated,
            List<Connection> connections,
            List<Unit> units) {}

    /**
     * A connection of a session.
     *
     * @param id with iSCSI the CID
     * @param peer address and port of the initiator
     * @param negotiated what was settled for the connection, by key
     */
    record Connection(int id, String peer, Map<String, String> negotiated) {}

    /**
     * What a session has done with a LUN since its login.
     *
     * @param failed commands that did not end with GOOD
     * @param latency of all commands, from the arrival of the last of their data to the answer
     */
    record Unit(int lun, long commands, long failed, long readBytes, long writtenBytes, Latency latency) {}

    /** Percentiles in microseconds; all zero if there was nothing. */
    record Latency(long p50Us, long p99Us, long p999Us, long maxUs) {}

    /**
     * What a session did with a LUN in a span of time.
     *
     * @param session the session's id
     */
    record Load(
            int session,
            String initiator,
            String target,
            int lun,
            double commandsPerSecond,
            double readBytesPerSecond,
            double writtenBytesPerSecond,
            Latency latency) {}
}
