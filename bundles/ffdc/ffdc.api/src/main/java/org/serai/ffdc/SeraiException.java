package org.serai.ffdc;

import java.util.Objects;

/** The one exception that crosses a bundle's border. Shell, API and log show the same code and sentences. */
public final class SeraiException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient ErrorCode code;
    private final String what;
    private final String reason;
    private final String action;

    SeraiException(ErrorCode code, String what, String reason, String action, Throwable thrown) {
        super(code.code() + ": " + what + "; cause: " + reason + "; do: " + action, thrown);
        this.code = Objects.requireNonNull(code);
        this.what = Objects.requireNonNull(what);
        this.reason = Objects.requireNonNull(reason);
        this.action = Objects.requireNonNull(action);
    }

    /** The stable code. */
    public ErrorCode code() {
        return code;
    }

    /** What happened. */
    public String what() {
        return what;
    }

    /** Why it happened. */
    public String reason() {
        return reason;
    }

    /** What to do about it. */
    public String action() {
        return action;
    }
}
