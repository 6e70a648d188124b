package org.serai.scsi.iscsi.session;

import java.io.IOException;
import java.util.Optional;
import org.serai.scsi.iscsi.login.LoginResult;
import org.serai.scsi.iscsi.pdu.Bhs;
import org.serai.scsi.iscsi.pdu.Opcode;
import org.serai.scsi.iscsi.pdu.PduReader;
import org.serai.scsi.iscsi.pdu.PduWriter;
import org.serai.scsi.iscsi.pdu.ProtocolException;
import org.serai.scsi.spi.Nexus;
import org.serai.scsi.spi.Targets;

/** The full feature phase of a session with one connection: takes PDUs and hands each to what answers it. */
public final class FullFeature {
    private static final int FINAL = 0x80;
    private static final int ASYNC_SESSION_DROPPED = 3;
    private static final int MAX_PING_BYTES = 64 * 1024;

    private final LoginResult login;
    private final PduReader reader;
    private final PduWriter writer;
    private final Numbering numbering;
    private final Replies replies;
    private final Rejects rejects;
    private final TextFlow text;
    private final Optional<CommandFlow> commands;
    private final Optional<TaskManagement> tasks;
    private boolean loggedOut;

    /**
     * A session that has just logged in.
     *
     * @param nexus empty in a discovery session, which has no SCSI commands
     * @param portal the address for SendTargets
     */
    public FullFeature(
            LoginResult login,
            Optional<Nexus> nexus,
            Targets targets,
            String portal,
            PduReader reader,
            PduWriter writer) {
        this.login = login;
        this.reader = reader;
        this.writer = writer;
        numbering = new Numbering(login.statSn() + 1, login.cmdSn());
        replies = new Replies(writer, numbering, login.parameters());
        rejects = new Rejects(writer, replies);
        text = new TextFlow(targets, login, portal, reader, writer, replies, rejects);
        commands =
                nexus.map(to -> new CommandFlow(to, login.parameters(), reader, writer, numbering, replies, rejects));
        tasks = nexus.flatMap(to -> commands.map(flow -> new TaskManagement(to, flow, writer, replies)));
    }

    /** Handles every PDU that is there, then writes what answers them; false once the initiator has logged out. */
    public boolean handleReceived() throws IOException {
        while (!loggedOut && reader.ready()) {
            handle(reader.take());
        }
        writer.flush();
        return !loggedOut;
    }

    /** Another nexus aborts the commands that wait for data of that LUN; called by any thread. */
    public void abort(long lun) {
        commands.ifPresent(flow -> flow.abortLater(lun));
    }

    private void handle(Bhs bhs) throws IOException {
        commands.ifPresent(CommandFlow::abortDue);
        int opcode = bhs.opcode();
        if (opcode == Opcode.DATA_OUT) {
            if (commands.isPresent()) {
                commands.get().dataOut(bhs);
            }
            return;
        }
        if (opcode == Opcode.SNACK_REQUEST) {
            rejects.reject(bhs, Rejects.SNACK_REJECT);
            return;
        }
        if (!ordered(bhs)) {
            return;
        }
        if (!reader.dataIntact() && opcode != Opcode.SCSI_COMMAND) {
            rejects.reject(bhs, Rejects.DATA_DIGEST_ERROR);
            return;
        }
        dispatch(bhs, opcode);
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
                    tasks.get().request(bhs);
                } else {
                    rejects.reject(bhs, Rejects.PROTOCOL_ERROR);
                }
            }
            case Opcode.NOP_OUT -> ping(bhs);
            case Opcode.TEXT_REQUEST -> text.request(bhs);
            case Opcode.LOGOUT_REQUEST -> logout(bhs);
            case Opcode.LOGIN_REQUEST -> {
                rejects.reject(bhs, Rejects.PROTOCOL_ERROR);
                writer.flush();
                throw new ProtocolException("a login request in the full feature phase");
            }
            default -> rejects.reject(bhs, Rejects.COMMAND_NOT_SUPPORTED);
        }
    }

    /**
     * Whether the PDU is to be looked at now (RFC 7143, 4.2.2.1): outside of the window it is ignored. On a single
     * connection commands come in order, so a gap means that something was lost where nothing can be.
     */
    private boolean ordered(Bhs bhs) throws ProtocolException {
        if (bhs.immediate()) {
            return true;
        }
        int cmdSn = bhs.i32(24);
        if (!numbering.inWindow(cmdSn)) {
            return false;
        }
        if (cmdSn != numbering.expCmdSn()) {
            throw new ProtocolException("CmdSN " + Integer.toUnsignedString(cmdSn) + " where "
                    + Integer.toUnsignedString(numbering.expCmdSn()) + " is next");
        }
        numbering.received();
        return true;
    }

    private void ping(Bhs bhs) throws IOException {
        if (bhs.itt() == Bhs.NO_TAG) {
            return;
        }
        int length = Math.min(bhs.dataBytes(), Math.min(login.parameters().initiatorMaxDataBytes(), MAX_PING_BYTES));
        int at = writer.begin(Opcode.NOP_IN, FINAL, length);
        writer.data(length).put(reader.data().limit(reader.data().position() + length));
        writer.buffer().putLong(at + 8, bhs.lun()).putInt(at + 16, bhs.itt()).putInt(at + 20, Bhs.NO_TAG);
        replies.status(at);
        writer.end(length);
    }

    private void logout(Bhs bhs) throws IOException {
        int at = writer.begin(Opcode.LOGOUT_RESPONSE, FINAL, 0);
        writer.buffer().putInt(at + 16, bhs.itt());
        replies.status(at);
        writer.end(0);
        loggedOut = true;
    }

    /** Tells the initiator that its session is over (RFC 7143, 11.9): no wait before a new login, nothing retained. */
    public void announceDrop() throws IOException {
        int at = writer.begin(Opcode.ASYNC_MESSAGE, FINAL, 0);
        writer.buffer().putInt(at + 16, Bhs.NO_TAG).put(at + 36, (byte) ASYNC_SESSION_DROPPED);
        replies.status(at);
        writer.end(0);
        writer.flush();
    }
}
