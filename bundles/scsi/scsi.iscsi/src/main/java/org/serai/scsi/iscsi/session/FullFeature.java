package org.serai.scsi.iscsi.session;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.serai.scsi.iscsi.login.LoginResult;
import org.serai.scsi.iscsi.login.Parameters;
import org.serai.scsi.iscsi.pdu.Bhs;
import org.serai.scsi.iscsi.pdu.Opcode;
import org.serai.scsi.iscsi.pdu.PduReader;
import org.serai.scsi.iscsi.pdu.PduWriter;
import org.serai.scsi.iscsi.pdu.ProtocolException;
import org.serai.scsi.spi.Nexus;

/** The full feature phase of a connection: takes PDUs and hands each to what answers it. */
public final class FullFeature {
    private static final int FINAL = 0x80;

    private final Session session;
    private final PduReader reader;
    private final PduWriter writer;
    private final Numbering numbering;
    private final Replies replies;
    private final Rejects rejects;
    private final TextFlow text;
    private final Logout logout;
    private final Optional<CommandFlow> commands;
    private final Optional<TaskManagement> tasks;
    private Bhs held;
    private int pings;
    private volatile boolean managesTasks;

    /**
     * A connection that has just logged in.
     *
     * @param login its own login, which for the first of a session is the session's
     */
    public FullFeature(Session session, LoginResult login, Discovery discovery, Wire wire) {
        this.session = session;
        reader = wire.reader();
        writer = wire.writer();
        Parameters parameters = session.parameters().ofConnection(login.parameters());
        numbering = new Numbering(login.statSn() + 1, session.window());
        replies = new Replies(writer, numbering, parameters);
        rejects = new Rejects(writer, replies);
        text = new TextFlow(discovery, login, wire, replies, rejects);
        logout = new Logout(session, login.identity().cid(), writer, replies, rejects);
        commands = session.nexus().map(nexus -> commands(nexus, parameters, wire));
        tasks = session.nexus()
                .flatMap(nexus -> commands.map(flow -> new TaskManagement(
                        nexus, session, login.identity().cid(), flow, wire.besides(), writer, replies)));
    }

    private CommandFlow commands(Nexus nexus, Parameters parameters, Wire wire) {
        Statistics statistics = session.statistics();
        DataBuffers buffers = new DataBuffers(wire.memory());
        var besides = new LongCommands(nexus, wire.memory(), wire.besides(), replies, statistics, wire.nanoTime());
        var execution = new Execution(nexus, writer, replies, buffers, besides, statistics, wire.nanoTime());
        var waiting = new WaitingCommands(parameters.maxOutstandingR2T(), session.window(), buffers, wire.nanoTime());
        return new CommandFlow(parameters, reader, waiting, replies, rejects, buffers, besides, execution);
    }

    /** How a round of PDUs ended. */
    public enum Round {
        /** All that was there has been handled. */
        DONE,
        /** The next command has to wait for one of another connection. */
        WAITS,
        /** The connection was logged out. */
        LOGGED_OUT
    }

    /** Handles every PDU that is there, then writes what answers them. */
    public Round handleReceived() throws IOException {
        while (!logout.done() && (held != null || reader.ready())) {
            Bhs bhs = held == null ? reader.take() : held;
            held = null;
            commands.ifPresent(CommandFlow::abortDue);
            if (!handle(bhs)) {
                held = bhs;
                break;
            }
        }
        writer.flush();
        return logout.done() ? Round.LOGGED_OUT : held == null ? Round.DONE : Round.WAITS;
    }

    /** The CmdSN of the command that waits for others. */
    public int heldCmdSn() {
        return held.i32(24);
    }

    /** False if it is not its turn yet. */
    private boolean handle(Bhs bhs) throws IOException {
        int opcode = bhs.opcode();
        if (opcode == Opcode.DATA_OUT) {
            if (commands.isPresent()) {
                commands.get().dataOut(bhs);
            }
            return true;
        }
        if (opcode == Opcode.SNACK_REQUEST) {
            rejects.reject(bhs, Rejects.SNACK_REJECT);
            return true;
        }
        switch (turn(bhs, opcode)) {
            case LATER -> {
                return false;
            }
            case NEVER -> {
                return true;
            }
            case NOW -> {
                // goes on below
            }
        }
        if (!reader.dataIntact() && opcode != Opcode.SCSI_COMMAND) {
            rejects.reject(bhs, Rejects.DATA_DIGEST_ERROR);
        } else {
            dispatch(bhs, opcode);
        }
        return true;
    }

    private enum Turn {
        NOW,
        LATER,
        NEVER
    }

    /**
     * When the PDU is to be looked at (RFC 7143, 4.2.2.1): outside of the window never. What comes before its turn waits
     * for the session's other connections; if there are none something was lost where nothing can be. An immediate
     * command takes no turn, but task management waits for all commands that were sent before it (4.2.3.3).
     */
    private Turn turn(Bhs bhs, int opcode) throws ProtocolException {
        CommandWindow window = numbering.window();
        int cmdSn = bhs.i32(24);
        boolean early = cmdSn - window.expCmdSn() > 0 && window.contains(cmdSn);
        if (bhs.immediate()) {
            return early && opcode == Opcode.TASK_MANAGEMENT_REQUEST && session.hasOthers() ? Turn.LATER : Turn.NOW;
        }
        if (window.take(cmdSn)) {
            return Turn.NOW;
        }
        if (!early) {
            return Turn.NEVER;
        }
        if (!session.hasOthers()) {
            throw new ProtocolException("CmdSN " + Integer.toUnsignedString(cmdSn) + " where "
                    + Integer.toUnsignedString(window.expCmdSn()) + " is next");
        }
        return Turn.LATER;
    }

    private void dispatch(Bhs bhs, int opcode) throws IOException {
        switch (opcode) {
            case Opcode.SCSI_COMMAND -> {
                if (commands.isPresent()) {
                    commands.get().command(bhs);
                } else {
                    rejects.reject(bhs, Rejects.PROTOCOL_ERROR);
                }
            }
            case Opcode.TASK_MANAGEMENT_REQUEST -> {
                if (tasks.isPresent()) {
                    managesTasks = true;
                    tasks.get().request(bhs);
                    managesTasks = false;
                } else {
                    rejects.reject(bhs, Rejects.PROTOCOL_ERROR);
                }
            }
            case Opcode.NOP_OUT -> answerPing(bhs);
            case Opcode.TEXT_REQUEST -> text.request(bhs);
            case Opcode.LOGOUT_REQUEST -> logout.request(bhs);
            case Opcode.LOGIN_REQUEST -> {
                rejects.reject(bhs, Rejects.PROTOCOL_ERROR);
                writer.flush();
                throw new ProtocolException("a login request in the full feature phase");
            }
            default -> rejects.reject(bhs, Rejects.COMMAND_NOT_SUPPORTED);
        }
    }

    /** NOP-Out (RFC 7143, 11.18): an answer is wanted if it has a tag; else it answers this side's own. */
    private void answerPing(Bhs bhs) throws IOException {
        if (bhs.itt() == Bhs.NO_TAG) {
            return;
        }
        int length = Math.min(bhs.dataBytes(), Math.min(replies.initiatorMaxDataBytes(), writer.maxInPlaceBytes()));
        int at = writer.begin(Opcode.NOP_IN, FINAL, length);
        ByteBuffer data = reader.data();
        writer.data(length).put(data.limit(data.position() + length));
        writer.buffer().putLong(at + 8, bhs.lun()).putInt(at + 16, bhs.itt()).putInt(at + 20, Bhs.NO_TAG);
        replies.status(at);
        writer.end(length);
    }

    /** Asks the initiator for a sign of life; whatever comes is one. */
    public void ping() throws IOException {
        pings = pings % Integer.MAX_VALUE + 1;
        int at = writer.begin(Opcode.NOP_IN, FINAL, 0);
        writer.buffer().putInt(at + 16, Bhs.NO_TAG).putInt(at + 20, pings);
        replies.noStatus(at);
        writer.end(0);
        writer.flush();
    }

    /** Tells the initiator of an event (RFC 7143, 11.9). */
    public void tell(AsyncEvent event) throws IOException {
        int at = writer.begin(Opcode.ASYNC_MESSAGE, FINAL, 0);
        writer.buffer()
                .putInt(at + 16, Bhs.NO_TAG)
                .put(at + 36, (byte) event.code())
                .putShort(at + 38, (short) event.parameter1())
                .putShort(at + 40, (short) event.parameter2())
                .putShort(at + 42, (short) event.parameter3());
        replies.status(at);
        writer.end(0);
        writer.flush();
    }

    /** Whether it is busy with task management, which may wait for the other connections. */
    public boolean managesTasks() {
        return managesTasks;
    }

    /** Has commands of a LUN forgotten that wait for data, before the next PDU is looked at; those that last end soon. */
    void abort(long lun) {
        commands.ifPresent(flow -> flow.abortLater(lun));
    }

    private void abortAll() {
        commands.ifPresent(CommandFlow::abortAllLater);
    }

    /** As {@link #abort(long)}, of what a task management function ends. */
    void abort(Affected affected) {
        if (affected.all()) {
            abortAll();
        } else {
            abort(affected.lun());
        }
    }

    /**
     * Has a command forgotten that waits for data, before the next PDU is looked at, or end if it lasts; false if there is
     * none with that tag.
     */
    boolean abortTask(int itt) {
        return commands.map(flow -> flow.abortTaskIfThere(itt)).orElse(false);
    }

    /** Returns once what lasts and was aborted has ended; false if it has not after that time. */
    boolean awaitAborted(long timeoutMs) {
        return commands.map(flow -> flow.awaitAborted(timeoutMs)).orElse(true);
    }

    /**
     * Ends the commands that wait now, for task management of another connection: those that data is owed of once it has come.
     * What comes from now on waits until {@link #lift}. To be called where the connection handles no PDU.
     */
    void drain(Affected affected) {
        commands.ifPresent(flow -> {
            flow.drain(affected, flow.arrivals());
            flow.fence(affected);
        });
    }

    /** Returns once the data has come that {@link #drain} waits for; false if nothing came for that time. */
    boolean awaitDrained(long silenceMs) {
        return commands.map(flow -> flow.awaitDrained(silenceMs)).orElse(true);
    }

    /** Ends what {@link #drain} began. To be called where the connection handles no PDU. */
    void lift(Affected affected) throws IOException {
        if (commands.isPresent()) {
            commands.get().forgetDrained(affected);
            commands.get().lift(affected);
        }
    }

    /** Has all commands end, and returns when none is executed any more. */
    public void endCommands() {
        abortAll();
        awaitAborted(Long.MAX_VALUE / 2_000_000);
    }

    /** Gives all buffers back; nothing comes after. */
    public void close() {
        commands.ifPresent(CommandFlow::close);
    }
}
