package org.serai.scsi.iscsi.session;

import java.io.IOException;
import java.util.Optional;
import org.serai.scsi.iscsi.pdu.Bhs;
import org.serai.scsi.iscsi.pdu.Opcode;
import org.serai.scsi.iscsi.pdu.PduWriter;

/** Logout requests (RFC 7143, 11.14) of one connection, for itself, another one, or the session. */
final class Logout {
    private static final int FINAL = 0x80;
    private static final int REASON_SESSION = 0;
    private static final int REASON_CONNECTION = 1;
    private static final int REASON_RECOVERY = 2;
    private static final int DONE = 0;
    private static final int CID_NOT_FOUND = 1;
    private static final int RECOVERY_NOT_SUPPORTED = 2;

    private final Session session;
    private final int cid;
    private final PduWriter writer;
    private final Replies replies;
    private final Rejects rejects;
    private boolean done;

    Logout(Session session, int cid, PduWriter writer, Replies replies, Rejects rejects) {
        this.session = session;
        this.cid = cid;
        this.writer = writer;
        this.replies = replies;
        this.rejects = rejects;
    }

    /** Whether this connection is to be closed. */
    boolean done() {
        return done;
    }

    void request(Bhs bhs) throws IOException {
        int reason = bhs.flags() & 0x7F;
        boolean discovery = session.nexus().isEmpty();
        if (reason > REASON_RECOVERY || discovery && reason != REASON_SESSION) {
            rejects.reject(bhs, discovery ? Rejects.PROTOCOL_ERROR : Rejects.INVALID_PDU_FIELD);
            return;
        }
        switch (reason) {
            case REASON_SESSION -> {
                endOthers();
                done = true;
                respond(bhs, DONE);
            }
            case REASON_CONNECTION -> closeConnection(bhs, bhs.u16(20));
            default -> respond(bhs, RECOVERY_NOT_SUPPORTED);
        }
    }

    private void endOthers() {
        session.links().stream().filter(link -> link.cid() != cid).forEach(Link::logOut);
    }

    private void closeConnection(Bhs bhs, int which) throws IOException {
        if (which == cid) {
            done = true;
            respond(bhs, DONE);
            return;
        }
        Optional<Link> other = session.link(which);
        other.ifPresent(Link::logOut);
        respond(bhs, other.isPresent() ? DONE : CID_NOT_FOUND);
    }

    private void respond(Bhs bhs, int response) throws IOException {
        int at = writer.begin(Opcode.LOGOUT_RESPONSE, FINAL, 0);
        writer.buffer().put(at + 2, (byte) response).putInt(at + 16, bhs.itt());
        replies.status(at);
        writer.end(0);
    }
}
