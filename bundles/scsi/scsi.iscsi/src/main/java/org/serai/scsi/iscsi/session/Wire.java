package org.serai.scsi.iscsi.session;

import java.util.function.LongSupplier;
import org.serai.scsi.iscsi.pdu.Memory;
import org.serai.scsi.iscsi.pdu.PduReader;
import org.serai.scsi.iscsi.pdu.PduWriter;

/**
 * What a connection brings to its full feature phase.
 *
 * @param memory where buffers for data come from
 * @param besides how commands that last are executed
 * @param nanoTime the clock that latencies are measured by
 */
public record Wire(PduReader reader, PduWriter writer, Memory memory, Besides besides, LongSupplier nanoTime) {}
