package org.serai.scsi.iscsi.login;

import java.io.IOException;
import java.util.Map;

/** A login ends with a status (RFC 7143, 11.13.5). */
public final class LoginFailure extends IOException {
    /** The target is elsewhere for now. */
    static final int MOVED_TEMPORARILY = 0x0101;

    /** The target is elsewhere for good. */
    static final int MOVED_PERMANENTLY = 0x0102;

    static final int INITIATOR_ERROR = 0x0200;
    static final int AUTHENTICATION_FAILURE = 0x0201;
    /** The initiator has proven itself, and is not let in all the same. */
    public static final int AUTHORIZATION_FAILURE = 0x0202;

    static final int NOT_FOUND = 0x0203;
    static final int UNSUPPORTED_VERSION = 0x0205;

    /** The session has as many connections as were settled. */
    public static final int TOO_MANY_CONNECTIONS = 0x0206;

    static final int MISSING_PARAMETER = 0x0207;
    static final int SESSION_TYPE_NOT_SUPPORTED = 0x0209;

    /** A connection for a session that is not there. */
    public static final int SESSION_DOES_NOT_EXIST = 0x020A;

    static final int TARGET_ERROR = 0x0300;

    /** There is no memory, or no number, for one session more. */
    public static final int OUT_OF_RESOURCES = 0x0302;

    private static final long serialVersionUID = 1;

    private final int status;
    private final transient Map<String, String> keys;

    /** A failure with a status of this class. */
    public LoginFailure(int status, String message) {
        this(status, message, Map.of());
    }

    /** @param keys what the initiator is told beside the status */
    LoginFailure(int status, String message, Map<String, String> keys) {
        super(message);
        this.status = status;
        this.keys = keys;
    }

    int status() {
        return status;
    }

    Map<String, String> keys() {
        return keys;
    }

    /** Whether the initiator was sent elsewhere, with which nothing is wrong. */
    public boolean isRedirection() {
        return status == MOVED_TEMPORARILY || status == MOVED_PERMANENTLY;
    }
}
