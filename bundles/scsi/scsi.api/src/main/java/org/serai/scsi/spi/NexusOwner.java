package org.serai.scsi.spi;

import org.osgi.annotation.versioning.ConsumerType;

/** What a transport is told of a nexus that it has opened. Called by threads that serve other nexuses: it returns soon. */
@ConsumerType
public interface NexusOwner {
    /** The command side ended the nexus (export closed): the transport drops the session. Called once at most. */
    void dropped();

    /**
     * Another nexus aborts the tasks of this one at a LUN (CLEAR TASK SET, LOGICAL UNIT RESET, PREEMPT AND ABORT; SAM-5,
     * command aborts): no command that the transport has received for it by now, and that waits for data, is executed after the
     * return, and what lasts (see {@link Nexus#lasts}) ends soon. They end without a response, as
     * TAS of zero says (SPC-4, control mode page). What is being executed is the command side's to wait for.
     */
    void abort(long lun);
}
