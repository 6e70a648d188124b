package org.serai.scsi.iscsi.session;

import java.util.Optional;

/** A connection as the others of its session see it. Called by any thread. */
public interface Link {
    /** The connection's id within its session. */
    int cid();

    /** Its full feature phase; empty before that. */
    Optional<FullFeature> phase();

    /** Does something while no PDU of it is handled, and writes what that gives; not if it is closed. */
    void answer(Besides.Answer answer);

    /** Returns once what it has received so far is executed and answered, or after that time. */
    void awaitIdle(long timeoutMs);

    /** Tells the initiator of an event and goes on. */
    void tell(AsyncEvent event);

    /** Ends the connection as if it had logged out itself. */
    void logOut();

    /** Ends the connection. */
    void close();

    /** Returns once its thread is through with it; false if it is not after that time. */
    boolean awaitEnd(long timeoutMs);
}
