package org.serai.scsi.target.command;

import java.util.HexFormat;
import org.serai.scsi.target.cdb.Cdb;
import org.serai.scsi.target.cdb.Handler;
import org.serai.scsi.target.reservation.Access;
import org.serai.scsi.target.sense.CheckCondition;

/**
 * A row of the command table.
 *
 * @param opcode the operation code
 * @param serviceAction the service action, or {@link #NO_SERVICE_ACTION}
 * @param name as the standard calls it
 * @param usage the CDB usage data: the operation code, then a mask of the bits that are evaluated (SPC-4,
 *     REPORT SUPPORTED OPERATION CODES); its length is the CDB's
 * @param needs what state the LU has to be in
 * @param where through which paths it is executed
 * @param access what it needs where another nexus holds a reservation
 * @param duration how long it may take
 * @param writes whether it changes the medium: then it heeds write protection, and is flushed if nothing is cached
 * @param handler what executes it
 */
record Command(
        int opcode,
        int serviceAction,
        String name,
        byte[] usage,
        Needs needs,
        Where where,
        Access access,
        Duration duration,
        boolean writes,
        Handler handler) {
    /** The command is known by its operation code alone. */
    static final int NO_SERVICE_ACTION = -1;

    /** The bit of the CONTROL byte, the last one of each CDB, that asks for an auto contingent allegiance (SAM-5). */
    private static final int NACA = 2;

    /** Through which paths a command is executed. */
    enum Where {
        /** Where the LU is open. */
        OPEN,
        /** Where the LU is open; a standby path passes it on to there. */
        PASSED,
        /** Through any, by the node of that path. */
        ANY_PATH
    }

    /** What state the LU has to be in. */
    enum Needs {
        /** Any. */
        NOTHING,
        /** No unit attention is pending. */
        ATTENTION_SEEN,
        /** No unit attention is pending, and the LU is not stopped. */
        READY
    }

    /**
     * How long a command may take: its nominal and its recommended timeout in seconds (SPC-4, command timeouts descriptor),
     * and whether it is executed beside other commands of its initiator, which do not wait for it. What is not, is bounded by
     * the lengths that the block limits VPD page tells.
     */
    enum Duration {
        /** Nothing is waited for. */
        INSTANT(1, 10, false),
        /** The medium is, which another VIOS may have to take first. */
        TRANSFER(1, 60, false),
        /** Other nodes or the VIOS DB are. */
        AGREEMENT(1, 60, true),
        /** Much is copied. */
        COPY(10, 300, true),
        /** All of the LU is written or given back. */
        WHOLE_UNIT(60, 7200, true);

        private final int nominalSeconds;
        private final int recommendedSeconds;
        private final boolean beside;

        Duration(int nominalSeconds, int recommendedSeconds, boolean beside) {
            this.nominalSeconds = nominalSeconds;
            this.recommendedSeconds = recommendedSeconds;
            this.beside = beside;
        }

        int nominalSeconds() {
            return nominalSeconds;
        }

        int recommendedSeconds() {
            return recommendedSeconds;
        }

        boolean isBeside() {
            return beside;
        }
    }

    /** A row for a command that needs the LU ready, and that no reservation of another may be in the way of. */
    static Command of(String name, String usage, Handler handler) {
        byte[] mask = HexFormat.of().parseHex(usage.replace(" ", ""));
        int control = mask.length - 1;
        Handler withoutAca = (unit, task) -> {
            if (Cdb.bit(task.cdb(), control, NACA)) {
                // the standard INQUIRY data say so: NORMACA is zero
                throw CheckCondition.invalidField(control, NACA);
            }
            handler.execute(unit, task);
        };
        return new Command(
                mask[0] & 0xFF,
                NO_SERVICE_ACTION,
                name,
                mask,
                Needs.READY,
                Where.OPEN,
                Access.WRITE,
                Duration.TRANSFER,
                false,
                withoutAca);
    }

    /** The same with a service action. */
    Command withServiceAction(int action) {
        return new Command(opcode, action, name, usage, needs, where, access, duration, writes, handler);
    }

    /** The same for a command that is executed whatever the LU's state is (SAM-5, unit attention conditions; SPC-4). */
    Command always() {
        return new Command(
                opcode,
                serviceAction,
                name,
                usage,
                Needs.NOTHING,
                Where.ANY_PATH,
                access,
                Duration.INSTANT,
                writes,
                handler);
    }

    /** The same for a command that is executed though the LU is stopped. */
    Command whenStopped() {
        return new Command(
                opcode, serviceAction, name, usage, Needs.ATTENTION_SEEN, where, access, duration, writes, handler);
    }

    /** The same for a command that a standby path executes as well (SPC-4, 5.15: standby state). */
    Command throughAnyPath() {
        return new Command(
                opcode, serviceAction, name, usage, needs, Where.ANY_PATH, access, duration, writes, handler);
    }

    /** The same for a command without data-in that a standby path has executed where the LU is open. */
    Command passed() {
        return new Command(opcode, serviceAction, name, usage, needs, Where.PASSED, access, duration, writes, handler);
    }

    /** Whether it is executed where the LU is open alone. */
    boolean here() {
        return where != Where.ANY_PATH;
    }

    /** The same with other needs where another nexus holds a reservation. */
    Command with(Access other) {
        return new Command(opcode, serviceAction, name, usage, needs, where, other, duration, writes, handler);
    }

    /** The same for a command that changes the medium. */
    Command writing() {
        return new Command(opcode, serviceAction, name, usage, needs, where, access, duration, true, handler);
    }

    /** The same for a command that takes so long. */
    Command lasting(Duration other) {
        return new Command(opcode, serviceAction, name, usage, needs, where, access, other, writes, handler);
    }

    /**
     * Whether it is counted as in execution: not one that changes reservations or erases the LU, or waits for whoever does,
     * since these wait for those that are counted.
     */
    boolean isCounted() {
        return duration != Duration.AGREEMENT && duration != Duration.WHOLE_UNIT && access != Access.RESERVE_RELEASE;
    }

    boolean hasServiceAction() {
        return serviceAction != NO_SERVICE_ACTION;
    }
}
