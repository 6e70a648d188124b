package org.serai.scsi.target.copy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.serai.ffdc.SeraiException;
import org.serai.scsi.target.cdb.BlockRange;
import org.serai.scsi.target.copy.CopyList.Designator;
import org.serai.scsi.target.copy.CopyList.Segment;
import org.serai.scsi.target.lu.CopyOperation;
import org.serai.scsi.target.lu.DeviceName;
import org.serai.scsi.target.lu.DiskUnit;
import org.serai.scsi.target.lu.Peers.Reached;
import org.serai.scsi.target.lu.UnitNexus;
import org.serai.scsi.target.reservation.Access;
import org.serai.scsi.target.sense.CheckCondition;
import org.serai.scsi.target.sense.SenseCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A copy between LUs that the initiator reaches through this node, segment by segment. */
final class ExtendedCopy {
    private static final Logger LOG = LoggerFactory.getLogger(ExtendedCopy.class);
    private static final int NAA_DESIGNATOR = 3;

    private final UnitNexus nexus;
    private final CopyList list;
    private final CopyOperation operation;
    private final BooleanSupplier commandAborted;
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(BlockCopy.CHUNK_BYTES);

    /** @param commandAborted whether the command that waits for it was aborted */
    ExtendedCopy(UnitNexus nexus, CopyList list, CopyOperation operation, BooleanSupplier commandAborted) {
        this.nexus = nexus;
        this.list = list;
        this.operation = operation;
        this.commandAborted = commandAborted;
    }

    /** Copies, and returns when all is done. */
    void run() throws CheckCondition {
        Optional<CheckCondition> failure = Optional.of(CheckCondition.of(SenseCode.COPY_ABORTED));
        List<Optional<Reached>> targets = new ArrayList<>();
        try {
            for (Designator designator : list.targets()) {
                targets.add(nexus.peers().reach(named(designator)));
            }
            for (Segment segment : list.segments()) {
                copy(segment, targets);
                operation.segmentDone(segment.blocks());
            }
            failure = Optional.empty();
        } catch (CheckCondition condition) {
            failure = Optional.of(condition);
            throw condition;
        } finally {
            targets.forEach(target -> target.ifPresent(Reached::close));
            operation.end(failure);
        }
    }

    /** Copies where no command waits for it any more. */
    void runAlone() {
        try {
            run();
        } catch (CheckCondition condition) {
            LOG.debug("a copy in the background ends with {}", condition.code());
        } catch (SeraiException e) {
            LOG.warn("a copy in the background ends: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("a copy in the background ends", e);
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
    private void copy(Segment segment, List<Optional<Reached>> targets) throws CheckCondition {
        int number = operation.outcome().segments();
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

    private void copy(Segment segment, int number, DiskUnit source, DiskUnit destination) throws CheckCondition {
        requireWithin(source, segment.sourceLba(), segment.blocks(), number, 12);
        requireWithin(destination, segment.destinationLba(), segment.blocks(), number, 20);
        if (destination.modes().softwareWriteProtect()) {
            throw CheckCondition.of(SenseCode.SOFTWARE_WRITE_PROTECTED);
        }
        if (segment.blocks() > 0) {
            new BlockCopy(source, destination, chunk, () -> requireGoingOn(number, source, destination))
                    .run(bytes(segment.sourceLba()), bytes(segment.destinationLba()), bytes(segment.blocks()));
            if (!destination.modes().writeCache()) {
                destination.lu().flush();
            }
        }
    }

    /** A copy ends where it is aborted, and where one of its LUs is wanted by another node. */
    private void requireGoingOn(int number, DiskUnit source, DiskUnit destination) throws CheckCondition {
        boolean ends = operation.isAborted() || commandAborted.getAsBoolean();
        if (ends || source.isPausing() || destination.isPausing()) {
            throw CheckCondition.inSegment(SenseCode.COPY_ABORTED, number, 0);
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
}
