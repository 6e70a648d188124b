package org.serai.scsi.iscsi.login;

import java.io.IOException;

/** A login ends with a status (RFC 7143, 11.13.5). */
final class LoginFailure extends IOException {
    static final int INITIATOR_ERROR = 0x0200;
    static final int AUTHENTICATION_FAILURE = 0x0201;
    static final int NOT_FOUND = 0x0203;
    static final int UNSUPPORTED_VERSION = 0x0205;
    static final int MISSING_PARAMETER = 0x0207;
    static final int SESSION_TYPE_NOT_SUPPORTED = 0x0209;
    static final int SESSION_DOES_NOT_EXIST = 0x020A;
    static final int INVALID_DURING_LOGIN = 0x020B;
    static final int TARGET_ERROR = 0x0300;

    private static final long serialVersionUID = 1;

    private final int status;

    LoginFailure(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
