package org.serai.scsi.spi;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A command and its outcome; made once for each place in a transport's queue and used again for every command, so that
 * nothing is allocated on the way of an I/O. Not safe for use by two threads at once, but for {@link #abort}.
 *
 * <p>The transport sets LUN, CDB and data-out; the nexus sets status, sense and data-in. Data-in is written into
 * {@link #dataIn} from its position to at most its limit, which is the initiator's expected length; the nexus leaves out
 * what goes beyond (residual overflow is the transport's to report, by {@link #transferLength}).
 */
public final class ScsiTask {
    /** The longest CDB of the command set (EXTENDED CDB excepted). */
    public static final int CDB_BYTES = 32;

    /** Room for fixed and descriptor sense data (SPC-4). */
    public static final int SENSE_BYTES = 96;

    /**
     * The most that one command transfers (MAXIMUM TRANSFER LENGTH, SBC-3): a transport gathers no more
     * data-out and offers no more room for data-in than this, and a command that wants more is refused.
     */
    public static final int MAX_TRANSFER_BYTES = 4 << 20;

    private final byte[] cdb = new byte[CDB_BYTES];
    private final byte[] sense = new byte[SENSE_BYTES];
    private long lun;
    private ByteBuffer dataOut;
    private ByteBuffer dataIn;
    private int status;
    private int senseLength;
    private long transferLength;

    /** Set by another thread than the one that executes the task. */
    private volatile boolean aborted;

    /** The CDB, 32 bytes, zero behind the command's own. */
    public byte[] cdb() {
        return cdb;
    }

    /** The LUN as its 8 bytes (SAM-5), big-endian. */
    public long lun() {
        return lun;
    }

    /** What the initiator sent, from position to limit; empty for commands without data-out. */
    public ByteBuffer dataOut() {
        return dataOut;
    }

    /** Where data for the initiator goes: written from the position, which is then behind the last byte. */
    public ByteBuffer dataIn() {
        return dataIn;
    }

    /** Readies the task for a command whose CDB has been put into {@link #cdb}. */
    public void start(long newLun, ByteBuffer newDataOut, ByteBuffer newDataIn) {
        lun = newLun;
        dataOut = Objects.requireNonNull(newDataOut);
        dataIn = Objects.requireNonNull(newDataIn);
        status = 0;
        senseLength = 0;
        transferLength = 0;
        if (aborted) {
            aborted = false;
        }
    }

    /** Has a command that lasts end as soon as it can; called by any thread while it is executed. Nobody is told its outcome. */
    public void abort() {
        aborted = true;
    }

    /** Whether the command is to end as soon as it can. */
    public boolean isAborted() {
        return aborted;
    }

    /** How many bytes the command wanted to transfer, whatever the buffers held: what residual counts come from. */
    public long transferLength() {
        return transferLength;
    }

    /** Sets how many bytes the command wanted to transfer. */
    public void transferLength(long bytes) {
        transferLength = bytes;
    }

    /** The status code (SAM-5). */
    public int status() {
        return status;
    }

    /** The sense data, of which {@link #senseLength} bytes count. */
    public byte[] sense() {
        return sense;
    }

    /** The length of the sense data, 0 if there is none. */
    public int senseLength() {
        return senseLength;
    }

    /** Sets the outcome; sense data, if any, has been put into {@link #sense}. */
    public void finish(int newStatus, int newSenseLength) {
        status = newStatus;
        senseLength = newSenseLength;
    }
}
