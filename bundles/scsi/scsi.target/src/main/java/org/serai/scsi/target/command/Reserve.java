package org.serai.scsi.target.command;

import java.util.ArrayList;
import java.util.List;
import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.target.cdb.Cdb;
import org.serai.scsi.target.cdb.Reply;
import org.serai.scsi.target.lu.DiskUnit;
import org.serai.scsi.target.lu.UnitNexus;
import org.serai.scsi.target.reservation.Access;
import org.serai.scsi.target.reservation.Forwarded;
import org.serai.scsi.target.sense.CheckCondition;
import org.serai.scsi.target.sense.ReservationConflict;

/** RESERVE, RELEASE, PERSISTENT RESERVE IN and OUT: the unit's guard executes them. */
final class Reserve {
    private Reserve() {}

    /** One row a service action, so that REPORT SUPPORTED OPERATION CODES tells each. */
    static List<Command> rows() {
        List<Command> rows = new ArrayList<>();
        String[] ins = {"READ KEYS", "READ RESERVATION", "REPORT CAPABILITIES", "READ FULL STATUS"};
        for (int action = 0; action < ins.length; action++) {
            String usage = String.format("5e %02x 00 00 00 00 00 ff ff 07", action);
            rows.add(Command.of("PERSISTENT RESERVE IN, " + ins[action], usage, Reserve::in)
                    .withServiceAction(action)
                    .whenStopped()
                    .throughAnyPath()
                    .with(Access.PERSISTENT_RESERVE)
                    .lasting(Command.Duration.AGREEMENT));
        }
        String[] outs = {
            "REGISTER",
            "RESERVE",
            "RELEASE",
            "CLEAR",
            "PREEMPT",
            "PREEMPT AND ABORT",
            "REGISTER AND IGNORE EXISTING KEY",
            "REGISTER AND MOVE"
        };
        for (int action = 0; action < outs.length; action++) {
            String usage = String.format("5f %02x ff 00 00 ff ff ff ff 07", action);
            rows.add(Command.of("PERSISTENT RESERVE OUT, " + outs[action], usage, Reserve::out)
                    .withServiceAction(action)
                    .whenStopped()
                    .throughAnyPath()
                    .with(Access.PERSISTENT_RESERVE)
                    .lasting(Command.Duration.AGREEMENT));
        }
        rows.add(simple("RESERVE(6)", "16 13 00 00 00 07"));
        rows.add(simple("RELEASE(6)", "17 13 00 00 00 07"));
        rows.add(simple("RESERVE(10)", "56 13 00 00 00 00 00 00 00 07"));
        rows.add(simple("RELEASE(10)", "57 13 00 00 00 00 00 00 00 07"));
        return rows;
    }

    private static Command simple(String name, String usage) {
        return Command.of(name, usage, Reserve::out)
                .whenStopped()
                .with(Access.RESERVE_RELEASE)
                .lasting(Command.Duration.INSTANT);
    }

    static void in(UnitNexus unit, ScsiTask task) throws CheckCondition, ReservationConflict {
        Reply.send(task, execute(unit, task), Cdb.u16(task.cdb(), 7));
    }

    static void out(UnitNexus unit, ScsiTask task) throws CheckCondition, ReservationConflict {
        execute(unit, task);
        // RESERVE and RELEASE have no data
        task.transferLength(Cdb.opcode(task.cdb()) == 0x5F ? Cdb.u32(task.cdb(), 5) : 0);
    }

    private static byte[] execute(UnitNexus unit, ScsiTask task) throws CheckCondition, ReservationConflict {
        DiskUnit disk = unit.unit();
        if (disk.enter()) {
            try {
                return disk.guard().execute(unit.id(), task.cdb(), task.dataOut(), disk);
            } finally {
                disk.leave();
            }
        }
        if (disk.isElsewhere() && disk.paths().isPresent()) {
            byte[] request = Forwarded.request(unit.id(), task.cdb(), task.dataOut());
            return Forwarded.answer(disk.paths().get().askActive(request));
        }
        throw Executor.notHere(unit);
    }
}
