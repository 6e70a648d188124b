package org.serai.scsi.target.command;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.serai.scsi.target.cdb.Cdb;

/** Finds the row of a CDB: an array by operation code, and behind it one by service action. */
final class CommandTable {
    private static final int OPCODES = 256;
    private static final int SERVICE_ACTIONS = 32;

    private final List<Command> rows;
    private final Command[] byOpcode = new Command[OPCODES];
    private final Command[][] byServiceAction = new Command[OPCODES][];

    CommandTable(List<Command> rows) {
        this.rows = List.copyOf(rows);
        for (Command row : rows) {
            boolean taken =
                    row.hasServiceAction() ? knows(row.opcode()) && find(row.usage()) != null : knows(row.opcode());
            if (taken) {
                throw new IllegalArgumentException("two rows for " + row.name());
            }
            if (row.hasServiceAction()) {
                actions(row.opcode())[row.serviceAction()] = row;
            } else {
                byOpcode[row.opcode()] = row;
            }
        }
    }

    /** A table that has more rows. */
    CommandTable with(List<Command> more) {
        return new CommandTable(Stream.of(rows, more).flatMap(List::stream).toList());
    }

    private Command[] actions(int opcode) {
        if (byServiceAction[opcode] == null) {
            byServiceAction[opcode] = new Command[SERVICE_ACTIONS];
        }
        return byServiceAction[opcode];
    }

    List<Command> rows() {
        return rows;
    }

    /** The row of a CDB, or null: on the way of every I/O, and seen by this package only. */
    Command find(byte[] cdb) {
        int opcode = Cdb.opcode(cdb);
        Command command = byOpcode[opcode];
        if (command != null) {
            return command;
        }
        Command[] actions = byServiceAction[opcode];
        return actions == null ? null : actions[Cdb.serviceAction(cdb)];
    }

    /** Whether any row has that operation code. */
    boolean knows(int opcode) {
        return byOpcode[opcode] != null || usesServiceActions(opcode);
    }

    boolean usesServiceActions(int opcode) {
        return byServiceAction[opcode] != null;
    }

    Optional<Command> find(int opcode, int serviceAction) {
        return Arrays.stream(new int[] {serviceAction, Command.NO_SERVICE_ACTION})
                .boxed()
                .flatMap(action -> rows.stream().filter(r -> r.opcode() == opcode && r.serviceAction() == action))
                .findFirst();
    }
}
