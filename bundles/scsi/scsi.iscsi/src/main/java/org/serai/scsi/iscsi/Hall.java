package org.serai.scsi.iscsi;

import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import org.serai.scsi.iscsi.login.Doorkeeper;
import org.serai.scsi.iscsi.pdu.Memory;
import org.serai.scsi.iscsi.session.Discovery;

/**
 * What the connections of a portal share.
 *
 * @param besides how many commands are executed at once beside their connections
 * @param tellMs how long a word to an initiator waits for what its connection is at
 */
record Hall(
        Doorkeeper doorkeeper,
        SessionTable table,
        Discovery discovery,
        Memory memory,
        Semaphore besides,
        long tellMs,
        LongSupplier nanoTime) {}
