package org.serai.scsi.target.command;

import java.util.List;
import org.serai.scsi.target.cdb.BlockCdb;
import org.serai.scsi.target.command.Command.Duration;
import org.serai.scsi.target.copy.CopyCommand;
import org.serai.scsi.target.copy.CopyLimits;
import org.serai.scsi.target.copy.CopyStatus;
import org.serai.scsi.target.mode.ModeSelect;
import org.serai.scsi.target.mode.ModeSense;
import org.serai.scsi.target.reservation.Access;

/**
 * The command set of a disk. One row a command: its name, its CDB usage data (which bits of the CDB are looked at; a
 * service action stands as its value), and what executes it.
 */
final class Commands {
    private static final CommandTable OWN = new CommandTable(List.of(
            Command.of("TEST UNIT READY", "00 00 00 00 00 07", Medium::testReady)
                    .lasting(Duration.INSTANT)
                    .with(Access.STATE),
            Command.of("REQUEST SENSE", "03 01 00 00 ff 07", RequestSense::execute)
                    .always()
                    .with(Access.NONE),
            Command.of("READ(6)", "08 1f ff ff ff 07", ReadWrite.read(BlockCdb.SIX))
                    .with(Access.READ),
            Command.of("WRITE(6)", "0a 1f ff ff ff 07", ReadWrite.write(BlockCdb.SIX))
                    .writing(),
            Command.of("INQUIRY", "12 01 ff ff ff 07", Inquiry::execute)
                    .always()
                    .with(Access.NONE),
            Command.of("MODE SENSE(6)", "1a 08 ff ff ff 07", ModeSense::six)
                    .lasting(Duration.INSTANT)
                    .throughAnyPath()
                    .whenStopped()
                    .with(Access.READ),
            Command.of("START STOP UNIT", "1b 01 00 00 f7 07", Medium::startStop)
                    .whenStopped()
                    .with(Access.START),
            Command.of("MODE SELECT(6)", "15 11 00 00 ff 07", ModeSelect::six)
                    .whenStopped()
                    .passed()
                    .lasting(Duration.AGREEMENT),
            Command.of("MODE SELECT(10)", "55 11 00 00 00 00 00 ff ff 07", ModeSelect::ten)
                    .whenStopped()
                    .passed()
                    .lasting(Duration.AGREEMENT),
            Command.of("SEND DIAGNOSTIC", "1d e4 00 ff ff 07", Diagnostics::selfTest)
                    .passed()
                    .lasting(Duration.AGREEMENT),
            Command.of("LOG SELECT", "4c 03 c0 00 00 00 00 ff ff 07", LogPages::select)
                    .lasting(Duration.AGREEMENT)
                    .passed()
                    .whenStopped(),
            Command.of("LOG SENSE", "4d 01 ff ff 00 ff ff ff ff 07", LogPages::sense)
                    .lasting(Duration.INSTANT)
                    .throughAnyPath()
                    .whenStopped()
                    .with(Access.NONE),
            Command.of(
                            "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS",
                            "a3 0d 80 00 00 00 ff ff ff ff 00 07",
                            Diagnostics::taskManagement)
                    .lasting(Duration.INSTANT)
                    .throughAnyPath()
                    .withServiceAction(0x0D)
                    .whenStopped()
                    .with(Access.NONE),
            Command.of("READ DEFECT DATA(10)", "37 00 1f 00 00 00 00 ff ff 07", Diagnostics::defects10)
                    .lasting(Duration.INSTANT)
                    .with(Access.READ),
            Command.of("READ DEFECT DATA(12)", "b7 1f 00 00 00 00 ff ff ff ff 00 07", Diagnostics::defects12)
                    .lasting(Duration.INSTANT)
                    .with(Access.READ),
            Command.of("EXTENDED COPY(LID1)", "83 00 00 00 00 00 00 00 00 00 ff ff ff ff 00 07", CopyCommand::lid1)
                    .withServiceAction(0)
                    .lasting(Duration.COPY),
            Command.of("EXTENDED COPY(LID4)", "83 01 00 00 00 00 00 00 00 00 ff ff ff ff 00 07", CopyCommand::lid4)
                    .withServiceAction(1)
                    .lasting(Duration.COPY),
            Command.of("COPY OPERATION ABORT", "83 1c ff ff ff ff 00 00 00 00 00 00 00 00 00 07", CopyCommand::abort)
                    .withServiceAction(0x1C)
                    .with(Access.NONE)
                    .lasting(Duration.AGREEMENT),
            Command.of(
                            "RECEIVE COPY FAILURE DETAILS(LID1)",
                            "84 04 ff 00 00 00 00 00 00 00 ff ff ff ff 00 07",
                            CopyStatus::failureDetails)
                    .withServiceAction(4)
                    .with(Access.NONE)
                    .lasting(Duration.INSTANT),
            Command.of("RECEIVE COPY STATUS(LID4)", "84 05 ff ff ff ff 00 00 00 00 ff ff ff ff 00 07", CopyStatus::lid4)
                    .withServiceAction(5)
                    .with(Access.NONE)
                    .lasting(Duration.INSTANT),
            Command.of("RECEIVE COPY STATUS(LID1)", "84 00 ff 00 00 00 00 00 00 00 ff ff ff ff 00 07", CopyStatus::lid1)
                    .lasting(Duration.INSTANT)
                    .withServiceAction(0)
                    .with(Access.NONE),
            Command.of(
                            "RECEIVE COPY OPERATING PARAMETERS",
                            "84 03 00 00 00 00 00 00 00 00 ff ff ff ff 00 07",
                            CopyLimits::operatingParameters)
                    .lasting(Duration.INSTANT)
                    .withServiceAction(3)
                    .with(Access.NONE),
            Command.of("FORMAT UNIT", "04 3f 00 00 00 07", Sanitize::format)
                    .lasting(Duration.WHOLE_UNIT)
                    .writing(),
            Command.of("SANITIZE (BLOCK ERASE)", "48 e2 ff ff ff ff ff ff ff 07", Sanitize::blockErase)
                    .withServiceAction(0x02)
                    .lasting(Duration.WHOLE_UNIT)
                    .writing(),
            Command.of("SANITIZE (EXIT FAILURE MODE)", "48 5f ff ff ff ff ff ff ff 07", Sanitize::exitFailureMode)
                    .withServiceAction(0x1F)
                    .lasting(Duration.AGREEMENT),
            Command.of("WRITE ATOMIC(16)", "9c f8 ff ff ff ff ff ff ff ff ff ff ff ff 1f 07", WriteAtomic::execute)
                    .writing(),
            Command.of("READ CAPACITY(10)", "25 00 ff ff ff ff 00 00 00 07", Capacity::read10)
                    .lasting(Duration.INSTANT)
                    .throughAnyPath()
                    .with(Access.NONE),
            Command.of("READ(10)", "28 f8 ff ff ff ff 1f ff ff 07", ReadWrite.read(BlockCdb.TEN))
                    .with(Access.READ),
            Command.of("WRITE(10)", "2a f8 ff ff ff ff 1f ff ff 07", ReadWrite.write(BlockCdb.TEN))
                    .writing(),
            Command.of("WRITE AND VERIFY(10)", "2e f6 ff ff ff ff 1f ff ff 07", Medium.writeAndVerify(BlockCdb.TEN))
                    .writing(),
            Command.of("VERIFY(10)", "2f f6 ff ff ff ff 1f ff ff 07", Medium.verify(BlockCdb.TEN))
                    .with(Access.READ),
            Command.of("PRE-FETCH(10)", "34 02 ff ff ff ff 1f ff ff 07", Medium.preFetch(BlockCdb.TEN))
                    .with(Access.READ),
            Command.of("SYNCHRONIZE CACHE(10)", "35 02 ff ff ff ff 1f ff ff 07", Medium.synchronizeCache(BlockCdb.TEN)),
            Command.of("WRITE SAME(10)", "41 f8 ff ff ff ff 1f ff ff 07", WriteSame.of(BlockCdb.TEN))
                    .writing(),
            Command.of("UNMAP", "42 01 00 00 00 00 1f ff ff 07", Provisioning::unmap)
                    .writing(),
            Command.of("MODE SENSE(10)", "5a 18 ff ff 00 00 00 ff ff 07", ModeSense::ten)
                    .lasting(Duration.INSTANT)
                    .throughAnyPath()
                    .whenStopped()
                    .with(Access.READ),
            Command.of("READ(16)", "88 f8 ff ff ff ff ff ff ff ff ff ff ff ff 1f 07", ReadWrite.read(BlockCdb.SIXTEEN))
                    .with(Access.READ),
            Command.of(
                            "WRITE(16)",
                            "8a f8 ff ff ff ff ff ff ff ff ff ff ff ff 1f 07",
                            ReadWrite.write(BlockCdb.SIXTEEN))
                    .writing(),
            Command.of(
                            "COMPARE AND WRITE",
                            "89 f8 ff ff ff ff ff ff ff ff 00 00 00 ff 1f 07",
                            AtomicUpdate::compareAndWrite)
                    .writing(),
            Command.of("ORWRITE(16)", "8b f8 ff ff ff ff ff ff ff ff ff ff ff ff 1f 07", AtomicUpdate::orWrite)
                    .writing(),
            Command.of(
                            "WRITE AND VERIFY(16)",
                            "8e f6 ff ff ff ff ff ff ff ff ff ff ff ff 1f 07",
                            Medium.writeAndVerify(BlockCdb.SIXTEEN))
                    .writing(),
            Command.of(
                            "PRE-FETCH(16)",
                            "90 02 ff ff ff ff ff ff ff ff ff ff ff ff 1f 07",
                            Medium.preFetch(BlockCdb.SIXTEEN))
                    .with(Access.READ),
            Command.of(
                            "WRITE SAME(16)",
                            "93 f9 ff ff ff ff ff ff ff ff ff ff ff ff 1f 07",
                            WriteSame.of(BlockCdb.SIXTEEN))
                    .writing(),
            Command.of("GET LBA STATUS", "9e 12 ff ff ff ff ff ff ff ff ff ff ff ff 00 07", Provisioning::status)
                    .withServiceAction(0x12)
                    .with(Access.READ),
            Command.of("VERIFY(16)", "8f f6 ff ff ff ff ff ff ff ff ff ff ff ff 1f 07", Medium.verify(BlockCdb.SIXTEEN))
                    .with(Access.READ),
            Command.of(
                    "SYNCHRONIZE CACHE(16)",
                    "91 02 ff ff ff ff ff ff ff ff ff ff ff ff 1f 07",
                    Medium.synchronizeCache(BlockCdb.SIXTEEN)),
            Command.of("READ CAPACITY(16)", "9e 10 00 00 00 00 00 00 00 00 ff ff ff ff 00 07", Capacity::read16)
                    .lasting(Duration.INSTANT)
                    .throughAnyPath()
                    .withServiceAction(0x10)
                    .with(Access.NONE),
            Command.of("REPORT LUNS", "a0 00 ff 00 00 00 ff ff ff ff 00 07", Capacity::reportLuns)
                    .always()
                    .with(Access.NONE),
            Command.of(
                            "REPORT SUPPORTED OPERATION CODES",
                            "a3 0c 87 ff ff ff ff ff ff ff 00 07",
                            new SupportedOpcodes(Commands::table))
                    .lasting(Duration.INSTANT)
                    .throughAnyPath()
                    .withServiceAction(0x0C)
                    .whenStopped()
                    .with(Access.READ),
            Command.of("REPORT TARGET PORT GROUPS", "a3 ea 00 00 00 00 ff ff ff ff 00 07", TargetPortGroups::report)
                    .lasting(Duration.INSTANT)
                    .withServiceAction(0x0A)
                    .whenStopped()
                    .throughAnyPath()
                    .with(Access.NONE),
            Command.of("SET TARGET PORT GROUPS", "a4 0a 00 00 00 00 ff ff ff ff 00 07", TargetPortGroups::set)
                    .withServiceAction(0x0A)
                    .whenStopped()
                    .throughAnyPath()
                    .lasting(Duration.AGREEMENT),
            Command.of("READ(12)", "a8 f8 ff ff ff ff ff ff ff ff 1f 07", ReadWrite.read(BlockCdb.TWELVE))
                    .with(Access.READ),
            Command.of("WRITE(12)", "aa f8 ff ff ff ff ff ff ff ff 1f 07", ReadWrite.write(BlockCdb.TWELVE))
                    .writing(),
            Command.of(
                            "WRITE AND VERIFY(12)",
                            "ae f6 ff ff ff ff ff ff ff ff 1f 07",
                            Medium.writeAndVerify(BlockCdb.TWELVE))
                    .writing(),
            Command.of("VERIFY(12)", "af f6 ff ff ff ff ff ff ff ff 1f 07", Medium.verify(BlockCdb.TWELVE))
                    .with(Access.READ)));

    private static final CommandTable TABLE = OWN.with(Reserve.rows());

    private Commands() {}

    static CommandTable table() {
        return TABLE;
    }
}
