package org.serai.hypervisor.qemu;

/** A QMP command that was not answered with a result. */
final class QmpException extends Exception {
    private static final long serialVersionUID = 1;

    /** Why there is no result. */
    enum Kind {
        /** QEMU answered with an error. */
        REFUSED,
        /** No answer in time. */
        TIMEOUT,
        /** The process or its monitor has ended. */
        GONE
    }

    private final Kind kind;

    QmpException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    QmpException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }
}
