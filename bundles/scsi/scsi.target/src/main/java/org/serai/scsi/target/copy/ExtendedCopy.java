package org.serai.scsi.target.copy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.target.cdb.BlockRange;
import org.serai.scsi.target.cdb.Cdb;
import org.serai.scsi.target.cdb.Reply;
import org.serai.scsi.target.copy.CopyList.Designator;
import org.serai.scsi.target.copy.CopyList.Segment;
import org.serai.scsi.target.lu.CopyOutcome;
import org.serai.scsi.target.lu.DeviceName;
import org.serai.scsi.target.lu.DiskUnit;
import org.serai.scsi.target.lu.Peers.Reached;
import org.serai.scsi.target.lu.UnitNexus;
import org.serai.scsi.target.reservation.Access;
import org.serai.scsi.target.sense.CheckCondition;
import org.serai.scsi.target.sense.SenseCode;

/**
 * EXTENDED COPY(LID1) and RECEIVE COPY STATUS(LID1) (SPC-4, 6.4 and 6.31): copies between LUs that the initiator reaches
 * through this node. It is done when its status is given, so that a status is never of a copy under way.
 */
public final class ExtendedCopy {
    private static final int NAA_DESIGNATOR = 3;
    private static final int COMPLETED = 1;
    private static final int COMPLETED_WITH_ERRORS = 2;
    private static final int STATUS_BYTES = 12;
    private static final int BLOCK_UNITS = 0xF1;

    private ExtendedCopy() {}

    /** EXTENDED COPY(LID1). */
    public static void execute(UnitNexus nexus, ScsiTask task) throws CheckCondition {
        long length = Cdb.u32(task.cdb(), 10);
        task.transferLength(length);
        if (length == 0) {
            return;
        }
        ByteBuffer out = task.dataOut();
        if (out.remaining() < length) {
            throw CheckCondition.of(SenseCode.PARAMETER_LIST_LENGTH_ERROR);
        }
        CopyList list = CopyList.parse(out.slice(out.position(), (int) length));
        List<Optional<Reached>> targets = new ArrayList<>();
        try {
            for (Designator designator : list.targets()) {
                targets.add(nexus.peers().reach(named(designator)));
            }
            copyAll(nexus, list, targets);
        } finally {
            targets.forEach(target -> target.ifPresent(Reached::close));
        }
    }

    private static void copyAll(UnitNexus nexus, CopyList list, List<Optional<Reached>> targets) throws CheckCondition {
        int segments = 0;
        long blocks = 0;
        try {
            for (Segment segment : list.segments()) {
                copy(segment, segments, targets);
                segments++;
                blocks += segment.blocks();
            }
        } finally {
            if (!list.discard()) {
                boolean done = segments == list.segments().size();
                nexus.copies().keep(list.id(), new CopyOutcome(done, segments, blocks));
            }
        }
    }

    private static Predicate<UUID> named(Designator designator) {
        return serial -> designator.type() == NAA_DESIGNATOR
                && Arrays.equals(
                        designator.name(),
                        ByteBuffer.allocate(Long.BYTES)
                                .putLong(DeviceName.naa(serial))
                                .array());
    }

    /** Counted at both units, as any command is that reads the one or writes the other, before reservations are looked at. */
    private static void copy(Segment segment, int number, List<Optional<Reached>> targets) throws CheckCondition {
        UnitNexus source = target(segment.source(), number, 4, targets);
        UnitNexus destination = target(segment.destination(), number, 6, targets);
        int reading = source.enter();
        int writing = destination.enter();
        try {
            requireAdmitted(source, Access.READ, number, 4);
            requireAdmitted(destination, Access.WRITE, number, 6);
            copy(segment, number, source.unit(), destination.unit());
        } finally {
            destination.leave(writing);
            source.leave(reading);
        }
    }

    private static void requireAdmitted(UnitNexus unit, Access access, int segment, int field) throws CheckCondition {
        boolean ready = !unit.unit().stopped() && unit.unit().erasure().isOver();
        if (!ready || !unit.isAdmitted(access, false)) {
            throw CheckCondition.inSegment(SenseCode.THIRD_PARTY_DEVICE_FAILURE, segment, field);
        }
    }

    private static void copy(Segment segment, int number, DiskUnit source, DiskUnit destination) throws CheckCondition {
        requireWithin(source, segment.sourceLba(), segment.blocks(), number, 12);
        requireWithin(destination, segment.destinationLba(), segment.blocks(), number, 20);
        if (destination.modes().softwareWriteProtect()) {
            throw CheckCondition.of(SenseCode.SOFTWARE_WRITE_PROTECTED);
        }
        if (segment.blocks() > 0) {
            new BlockCopy(source, destination)
                    .run(bytes(segment.sourceLba()), bytes(segment.destinationLba()), bytes(segment.blocks()));
            if (!destination.modes().writeCache()) {
                destination.lu().flush();
            }
        }
    }

    private static long bytes(long blocks) {
        return blocks * DiskUnit.BLOCK_BYTES;
    }

    private static UnitNexus target(int index, int segment, int field, List<Optional<Reached>> targets)
            throws CheckCondition {
        Optional<Reached> found = index < targets.size() ? targets.get(index) : Optional.empty();
        if (found.isEmpty()) {
            throw CheckCondition.inSegment(SenseCode.UNREACHABLE_COPY_TARGET, segment, field);
        }
        return found.get().nexus();
    }

    private static void requireWithin(DiskUnit unit, long lba, int blocks, int segment, int field)
            throws CheckCondition {
        if (!BlockRange.isWithin(unit, lba, blocks)) {
            throw CheckCondition.inSegment(SenseCode.COPY_ABORTED, segment, field);
        }
    }

    /** RECEIVE COPY STATUS(LID1). */
    public static void status(UnitNexus nexus, ScsiTask task) throws CheckCondition {
        Optional<CopyOutcome> kept = nexus.copies().of(Cdb.u8(task.cdb(), 2));
        if (kept.isEmpty()) {
            throw CheckCondition.invalidField(2);
        }
        CopyOutcome outcome = kept.get();
        ByteBuffer data = ByteBuffer.allocate(STATUS_BYTES).putInt(STATUS_BYTES - 4);
        data.put((byte) (outcome.done() ? COMPLETED : COMPLETED_WITH_ERRORS)).putShort((short) outcome.segments());
        data.put((byte) BLOCK_UNITS).putInt((int) outcome.blocks());
        Reply.send(task, data, Cdb.u32(task.cdb(), 10));
    }
}
