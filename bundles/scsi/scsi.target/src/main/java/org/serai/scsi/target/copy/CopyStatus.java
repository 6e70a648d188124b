package org.serai.scsi.target.copy;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.target.cdb.Cdb;
import org.serai.scsi.target.cdb.Reply;
import org.serai.scsi.target.lu.CopyOperation;
import org.serai.scsi.target.lu.CopyOutcome;
import org.serai.scsi.target.lu.UnitNexus;
import org.serai.scsi.target.sense.CheckCondition;
import org.serai.scsi.target.sense.SenseData;

/** RECEIVE COPY STATUS(LID1) and (LID4), RECEIVE COPY FAILURE DETAILS(LID1) (SPC-4). */
public final class CopyStatus {
    private static final int LIST_ID_AT = 2;
    private static final int ALLOCATION_LENGTH_AT = 10;
    private static final int LID1_BYTES = 12;
    private static final int LID4_BYTES = 32;
    private static final int FAILURE_BYTES = 60;
    private static final int BLOCK_UNITS = 0xF1;
    private static final int MAX_U32 = 0xFFFF_FFFF;
    private static final int LOOK_AGAIN_MS = 1000;
    private static final int CHECK_CONDITION = 2;

    private CopyStatus() {}

    private static CopyOutcome outcome(UnitNexus nexus, int list) throws CheckCondition {
        Optional<CopyOperation> kept = nexus.copies().of(list);
        if (kept.isEmpty()) {
            throw CheckCondition.invalidField(LIST_ID_AT);
        }
        return kept.get().outcome();
    }

    private static byte lid1(CopyOutcome.State state) {
        return switch (state) {
            case IN_FOREGROUND, IN_BACKGROUND -> 0x00;
            case DONE -> 0x01;
            case FAILED, ABORTED -> 0x02;
        };
    }

    private static byte lid4(CopyOutcome.State state) {
        return switch (state) {
            case IN_FOREGROUND -> 0x11;
            case IN_BACKGROUND -> 0x12;
            case DONE -> 0x01;
            case FAILED -> 0x02;
            case ABORTED -> 0x60;
        };
    }

    /** RECEIVE COPY STATUS(LID1). */
    public static void lid1(UnitNexus nexus, ScsiTask task) throws CheckCondition {
        CopyOutcome outcome = outcome(nexus, Cdb.u8(task.cdb(), LIST_ID_AT));
        ByteBuffer data = ByteBuffer.allocate(LID1_BYTES).putInt(LID1_BYTES - 4);
        data.put(lid1(outcome.state())).putShort((short) outcome.segments());
        data.put((byte) BLOCK_UNITS).putInt((int) outcome.blocks());
        Reply.send(task, data, Cdb.u32(task.cdb(), ALLOCATION_LENGTH_AT));
    }

    /** RECEIVE COPY STATUS(LID4). */
    public static void lid4(UnitNexus nexus, ScsiTask task) throws CheckCondition {
        CopyOutcome outcome = outcome(nexus, (int) Cdb.u32(task.cdb(), LIST_ID_AT));
        byte[] sense = sense(outcome);
        ByteBuffer data = ByteBuffer.allocate(LID4_BYTES + sense.length).putInt(LID4_BYTES + sense.length - 4);
        data.put((byte) outcome.serviceAction()).put(lid4(outcome.state())).putShort((short) outcome.segments());
        data.putInt(outcome.state().isUnderWay() ? LOOK_AGAIN_MS : MAX_U32);
        data.put((byte) (outcome.failure().isPresent() ? CHECK_CONDITION : 0));
        data.put((byte) sense.length).put((byte) sense.length);
        data.put((byte) BLOCK_UNITS).putLong(outcome.blocks()).putShort((short) outcome.segments());
        data.position(LID4_BYTES).put(sense);
        Reply.send(task, data, Cdb.u32(task.cdb(), ALLOCATION_LENGTH_AT));
    }

    /** RECEIVE COPY FAILURE DETAILS(LID1): of a copy that did not fail there are none. */
    public static void failureDetails(UnitNexus nexus, ScsiTask task) throws CheckCondition {
        CopyOutcome outcome = outcome(nexus, Cdb.u8(task.cdb(), LIST_ID_AT));
        byte[] sense = sense(outcome);
        boolean failed = sense.length > 0;
        ByteBuffer data = ByteBuffer.allocate(FAILURE_BYTES + sense.length);
        data.putInt(failed ? data.capacity() - 4 : 0);
        data.put(56, lid1(outcome.state())).putShort(58, (short) sense.length);
        data.position(failed ? FAILURE_BYTES : 4);
        data.put(sense);
        Reply.send(task, data, Cdb.u32(task.cdb(), ALLOCATION_LENGTH_AT));
    }

    private static byte[] sense(CopyOutcome outcome) {
        if (outcome.failure().isEmpty()) {
            return new byte[0];
        }
        byte[] sense = new byte[SenseData.FIXED_BYTES];
        SenseData.write(outcome.failure().get(), false, sense);
        return sense;
    }
}
