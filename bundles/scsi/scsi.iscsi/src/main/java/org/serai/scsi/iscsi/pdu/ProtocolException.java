package org.serai.scsi.iscsi.pdu;

import java.io.IOException;

/** What the peer sent cannot be the protocol: the connection ends. */
public final class ProtocolException extends IOException {
    private static final long serialVersionUID = 1;

    /** What is wrong, one sentence without a full stop. */
    public ProtocolException(String message) {
        super(message);
    }
}
