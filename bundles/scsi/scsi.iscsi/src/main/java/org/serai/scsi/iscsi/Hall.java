package org.serai.scsi.iscsi;

import java.util.function.LongSupplier;
import org.serai.scsi.iscsi.login.Doorkeeper;
import org.serai.scsi.iscsi.pdu.Memory;
import org.serai.scsi.iscsi.session.Discovery;

/** What the connections of a portal share. */
record Hall(Doorkeeper doorkeeper, SessionTable table, Discovery discovery, Memory memory, LongSupplier nanoTime) {}
