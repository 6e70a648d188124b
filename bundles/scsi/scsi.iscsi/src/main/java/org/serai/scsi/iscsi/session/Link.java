package org.serai.scsi.iscsi.session;

/** A connection as the others of its session see it. Called by any thread. */
public interface Link {
    /** The connection's id within its session. */
    int cid();

    /** Has commands of a LUN forgotten that wait for data, before the next PDU is looked at; those that last end soon. */
    void abort(long lun);

    /** As {@link #abort}, of all LUNs. */
    void abortAll();

    /**
     * Has a command forgotten that waits for data, before the next PDU is looked at, or end if it lasts; false if there is
     * none with that tag.
     */
    boolean abortTask(int itt);

    /** Returns once what lasts and was aborted has ended; false if it has not after that time. */
    boolean awaitAborted(long timeoutMs);

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
