package org.serai.scsi.target.command;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.serai.ffdc.ErrorCode;
import org.serai.ffdc.SeraiException;
import org.serai.scsi.Paths;
import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.target.cdb.Cdb;
import org.serai.scsi.target.lu.DiskUnit;
import org.serai.scsi.target.lu.Failures;
import org.serai.scsi.target.lu.UnitNexus;
import org.serai.scsi.target.mode.ModeSelect;
import org.serai.scsi.target.reservation.Access;
import org.serai.scsi.target.reservation.Forwarded;
import org.serai.scsi.target.reservation.NexusId;
import org.serai.scsi.target.sense.CheckCondition;
import org.serai.scsi.target.sense.ReservationConflict;
import org.serai.scsi.target.sense.SenseCode;
import org.serai.scsi.target.sense.SenseData;
import org.serai.storage.StorageError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Executes commands: finds the row, looks at the unit's state, runs the handler, turns what it throws into an outcome. */
public final class Executor {
    private static final Logger LOG = LoggerFactory.getLogger(Executor.class);

    private static final int INQUIRY = 0x12;
    private static final int REQUEST_SENSE = 0x03;
    private static final int SANITIZE = 0x48;
    private static final int FORMAT_UNIT = 0x04;
    private static final ByteBuffer NO_DATA_IN = ByteBuffer.allocate(0);

    private Executor() {}

    /**
     * Executes the task on a unit. It is counted before reservations are looked at, so that whoever changed them can wait for
     * what looked before; who changes them is not counted, for two of them would wait for each other.
     */
    public static void execute(UnitNexus unit, ScsiTask task) {
        Command command = Commands.table().find(task.cdb());
        if (command != null && !command.isCounted()) {
            executeCounted(unit, task, command);
            return;
        }
        int entered = unit.enter();
        try {
            executeCounted(unit, task, command);
        } finally {
            unit.leave(entered);
        }
    }

    /** Whether a command with that CDB may last longer than others should wait for it. */
    public static boolean lasts(byte[] cdb) {
        Command command = Commands.table().find(cdb);
        return command != null && command.duration().isBeside();
    }

    private static void executeCounted(UnitNexus unit, ScsiTask task, Command command) {
        int dataInStart = task.dataIn().position();
        try {
            if (command == null) {
                throw unknown(task.cdb());
            }
            requireState(unit, command, task.cdb());
            if (command.here()) {
                executeHere(command, unit, task);
            } else {
                command.handler().execute(unit, task);
            }
            task.finish(Status.GOOD, 0);
        } catch (CheckCondition condition) {
            check(task, dataInStart, descriptor(unit), condition);
        } catch (ReservationConflict conflict) {
            empty(task, dataInStart);
            task.finish(Status.RESERVATION_CONFLICT, 0);
        } catch (SeraiException e) {
            storageFailed(unit, command, task, dataInStart, e);
        } catch (OutOfMemoryError e) {
            // others have the memory that a buffer was wanted from, for now
            LOG.warn("{} on LU {} finds no memory: {}", name(command), lu(unit), e.getMessage());
            empty(task, dataInStart);
            task.finish(Status.BUSY, 0);
        } catch (RuntimeException e) {
            LOG.error("{} on LU {} failed in a way that nobody expected", name(command), lu(unit), e);
            check(task, dataInStart, descriptor(unit), CheckCondition.of(SenseCode.INTERNAL_TARGET_FAILURE));
        }
    }

    private static void executeHere(Command command, UnitNexus unit, ScsiTask task)
            throws CheckCondition, ReservationConflict {
        if (!unit.unit().enter()) {
            if (command.where() == Command.Where.PASSED && unit.unit().isElsewhere()) {
                passOn(unit, task);
                return;
            }
            throw notHere(unit);
        }
        try {
            command.handler().execute(unit, task);
            if (command.writes() && !unit.unit().modes().writeCache()) {
                unit.unit().lu().flush();
            }
        } finally {
            unit.unit().leave();
        }
    }

    private static void passOn(UnitNexus unit, ScsiTask task) throws CheckCondition, ReservationConflict {
        byte[] request = Forwarded.request(unit.id(), task.cdb(), task.dataOut());
        task.transferLength(task.dataOut().position());
        Forwarded.answer(unit.unit().paths().orElseThrow().askActive(request));
        if (ModeSelect.is(task.cdb())) {
            // other nodes are told by the one that has the LU
            unit.unit().attendOthers(unit, SenseCode.MODE_PARAMETERS_CHANGED);
        }
    }

    /** Executes what a standby path of another node has passed on; the LU is open here. */
    public static void executePassed(DiskUnit disk, NexusId from, byte[] cdb, ByteBuffer dataOut)
            throws CheckCondition, ReservationConflict {
        var task = new ScsiTask();
        System.arraycopy(cdb, 0, task.cdb(), 0, cdb.length);
        task.start(0, dataOut, NO_DATA_IN);
        Command command = Commands.table().find(task.cdb());
        if (command == null || command.where() != Command.Where.PASSED) {
            throw CheckCondition.of(SenseCode.INVALID_COMMAND_OPERATION_CODE);
        }
        UnitNexus unit = disk.passing(from);
        requireState(unit, command, task.cdb());
        command.handler().execute(unit, task);
    }

    /** Why the LU is not open: another VIOS has it, or its export has just ended or begun. */
    static CheckCondition notHere(UnitNexus unit) {
        Paths.State state = unit.unit().paths().map(Paths::state).orElse(Paths.State.ACTIVE);
        return switch (state) {
            case STANDBY -> CheckCondition.of(SenseCode.TARGET_PORT_IN_STANDBY_STATE);
            case UNAVAILABLE -> CheckCondition.of(SenseCode.TARGET_PORT_IN_UNAVAILABLE_STATE);
            case TRANSITIONING -> CheckCondition.of(SenseCode.ASYMMETRIC_ACCESS_STATE_TRANSITION);
            case ACTIVE ->
                throw StorageError.LU_CLOSED.error(
                        "LU " + lu(unit) + " cannot be used now", "its export begins or ends", "try again");
        };
    }

    /** Answers a command at a LUN without a unit (SPC-4, INQUIRY and REQUEST SENSE). */
    public static void executeWithoutUnit(ScsiTask task) {
        int dataInStart = task.dataIn().position();
        try {
            switch (Cdb.opcode(task.cdb())) {
                case INQUIRY -> Inquiry.withoutUnit(task);
                case REQUEST_SENSE -> RequestSense.send(CheckCondition.of(SenseCode.LOGICAL_UNIT_NOT_SUPPORTED), task);
                default -> throw CheckCondition.of(SenseCode.LOGICAL_UNIT_NOT_SUPPORTED);
            }
            task.finish(Status.GOOD, 0);
        } catch (CheckCondition condition) {
            check(task, dataInStart, false, condition);
        }
    }

    private static boolean descriptor(UnitNexus unit) {
        return unit.unit().modes().descriptorSense();
    }

    private static CheckCondition unknown(byte[] cdb) {
        return Commands.table().usesServiceActions(Cdb.opcode(cdb))
                ? CheckCondition.invalidField(1, 4)
                : CheckCondition.of(SenseCode.INVALID_COMMAND_OPERATION_CODE);
    }

    /** A unit attention tells of a reservation that was lost before a conflict with it is met (SAM-5, status precedence). */
    private static void requireState(UnitNexus unit, Command command, byte[] cdb)
            throws CheckCondition, ReservationConflict {
        unit.unit().noticeSize();
        if (command.needs() != Command.Needs.NOTHING && unit.hasAttention()) {
            SenseCode attention = unit.takeAttention();
            if (attention != SenseCode.NO_SENSE) {
                throw CheckCondition.of(attention);
            }
        }
        if (!unit.isAdmitted(command.access(), Medium.startsOnly(cdb))) {
            throw ReservationConflict.CONFLICT;
        }
        if (command.here() && !unit.unit().erasure().isOver()) {
            Optional<CheckCondition> hindrance =
                    unit.unit().erasure().hindrance(command.opcode() == SANITIZE, command.opcode() == FORMAT_UNIT);
            if (hindrance.isPresent()) {
                throw hindrance.get();
            }
        }
        if (command.needs() == Command.Needs.READY && unit.unit().stopped()) {
            throw CheckCondition.of(SenseCode.INITIALIZING_COMMAND_REQUIRED);
        }
        if (command.writes() && unit.unit().modes().softwareWriteProtect()) {
            throw CheckCondition.of(SenseCode.SOFTWARE_WRITE_PROTECTED);
        }
    }

    /**
     * What storage could not do. BUSY where the same command succeeds later: initiators try again and the partition sees
     * nothing; whatever needs an operator is a condition that it sees, and so is the end of the lock.
     */
    private static void storageFailed(
            UnitNexus unit, Command command, ScsiTask task, int dataInStart, SeraiException e) {
        ErrorCode code = e.code();
        if (Failures.pass(e)) {
            LOG.debug("LU {} is busy: {}", lu(unit), e.getMessage());
            empty(task, dataInStart);
            task.finish(Status.BUSY, 0);
            return;
        }
        LOG.warn("LU {}: {}", lu(unit), e.getMessage());
        boolean reads = command.access() == Access.READ;
        SenseCode sense = switch (code) {
            case StorageError.POOL_FULL -> SenseCode.SPACE_ALLOCATION_FAILED_WRITE_PROTECT;
            case StorageError.READ_ONLY -> SenseCode.WRITE_PROTECTED;
            case StorageError.STALE, StorageError.NOT_SYNCHRONOUS -> SenseCode.NOT_ACCESSIBLE;
            case StorageError.OUT_OF_RANGE -> SenseCode.LBA_OUT_OF_RANGE;
            case StorageError.IO_FAILED, StorageError.POOL_DAMAGED, StorageError.DATA_DAMAGED ->
                reads ? SenseCode.UNRECOVERED_READ_ERROR : SenseCode.WRITE_ERROR;
            default -> SenseCode.INTERNAL_TARGET_FAILURE;
        };
        if (sense == SenseCode.UNRECOVERED_READ_ERROR || sense == SenseCode.WRITE_ERROR) {
            unit.unit().errors().count(reads);
        }
        check(task, dataInStart, descriptor(unit), CheckCondition.of(sense));
    }

    private static void check(ScsiTask task, int dataInStart, boolean descriptor, CheckCondition condition) {
        empty(task, dataInStart);
        task.finish(Status.CHECK_CONDITION, SenseData.write(condition, descriptor, task.sense()));
    }

    private static void empty(ScsiTask task, int dataInStart) {
        task.dataIn().position(dataInStart);
        task.transferLength(0);
    }

    private static String name(Command command) {
        return command == null ? "command" : command.name();
    }

    private static String lu(UnitNexus unit) {
        return unit.unit().disk().name();
    }
}
