package org.serai.message.core.packet;

/** Bytes that are no packet, with the reason under which that is counted. */
public final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    private final Drop reason;

    public Malformed(Drop reason) {
        super(reason.toString(), null, false, false);
        this.reason = reason;
    }

    /** Why. */
    public Drop reason() {
        return reason;
    }
}
