package org.serai.scsi.target.command;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.target.cdb.Cdb;
import org.serai.scsi.target.cdb.Handler;
import org.serai.scsi.target.cdb.Reply;
import org.serai.scsi.target.lu.DiskUnit;
import org.serai.scsi.target.lu.UnitNexus;
import org.serai.scsi.target.sense.CheckCondition;

/** REPORT SUPPORTED OPERATION CODES (SPC-4): the command table read aloud. */
final class SupportedOpcodes implements Handler {
    private static final int ALL = 0;
    private static final int BY_OPCODE = 1;
    private static final int BY_SERVICE_ACTION = 2;
    private static final int BY_EITHER = 3;
    private static final int NOT_SUPPORTED = 1;
    private static final int SUPPORTED = 3;
    private static final int TIMEOUTS_BYTES = 12;

    private final Supplier<CommandTable> table;

    SupportedOpcodes(Supplier<CommandTable> table) {
        this.table = table;
    }

    @Override
    public void execute(UnitNexus unit, ScsiTask task) throws CheckCondition {
        byte[] cdb = task.cdb();
        int options = Cdb.u8(cdb, 2) & 0x7;
        boolean timeouts = Cdb.bit(cdb, 2, 7);
        ByteBuffer data = switch (options) {
            case ALL -> all(unit.unit(), timeouts);
            case BY_OPCODE, BY_SERVICE_ACTION, BY_EITHER -> one(unit.unit(), cdb, options, timeouts);
            default -> throw CheckCondition.invalidField(2, 2);
        };
        Reply.send(task, data, Cdb.u32(cdb, 6));
    }

    /** What storage cannot do for a unit is no command of it. */
    private static boolean isThere(Command row, DiskUnit unit) {
        return switch (row.opcode()) {
            case WriteAtomic.OPCODE -> WriteAtomic.maxBlocks(unit) > 0;
            case Provisioning.UNMAP -> unit.lu().givesBack();
            default -> true;
        };
    }

    private ByteBuffer all(DiskUnit unit, boolean timeouts) {
        List<Command> rows =
                table.get().rows().stream().filter(row -> isThere(row, unit)).toList();
        int each = 8 + (timeouts ? TIMEOUTS_BYTES : 0);
        ByteBuffer data = ByteBuffer.allocate(4 + rows.size() * each);
        data.putInt(rows.size() * each);
        for (Command row : rows) {
            int action = row.hasServiceAction() ? row.serviceAction() : 0;
            int flags = (timeouts ? 0x02 : 0) | (row.hasServiceAction() ? 0x01 : 0);
            data.put((byte) row.opcode()).put((byte) 0).putShort((short) action);
            data.put((byte) 0).put((byte) flags).putShort((short) row.usage().length);
            if (timeouts) {
                putTimeouts(data, row);
            }
        }
        return data;
    }

    private ByteBuffer one(DiskUnit unit, byte[] cdb, int options, boolean timeouts) throws CheckCondition {
        CommandTable commands = table.get();
        int opcode = Cdb.u8(cdb, 3);
        int action = Cdb.u16(cdb, 4);
        boolean byAction = commands.usesServiceActions(opcode);
        if (options == BY_OPCODE && byAction || options == BY_SERVICE_ACTION && commands.knows(opcode) && !byAction) {
            throw CheckCondition.invalidField(2, 2);
        }
        Optional<Command> row = commands.find(opcode, byAction ? action : Command.NO_SERVICE_ACTION)
                .filter(found -> isThere(found, unit));
        ByteBuffer data = ByteBuffer.allocate(4 + ScsiTask.CDB_BYTES + TIMEOUTS_BYTES);
        boolean withTimeouts = timeouts && row.isPresent();
        data.put((byte) 0).put((byte) ((withTimeouts ? 0x80 : 0) | (row.isPresent() ? SUPPORTED : NOT_SUPPORTED)));
        data.putShort(row.map(r -> (short) r.usage().length).orElse((short) 0));
        row.ifPresent(r -> data.put(r.usage()));
        if (withTimeouts) {
            putTimeouts(data, row.get());
        }
        return data;
    }

    /** Command timeouts descriptor (SPC-4). */
    private static void putTimeouts(ByteBuffer data, Command row) {
        data.putShort((short) (TIMEOUTS_BYTES - 2)).putShort((short) 0);
        data.putInt(row.duration().nominalSeconds()).putInt(row.duration().recommendedSeconds());
    }
}
