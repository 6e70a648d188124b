package org.serai.scsi.iscsi.session;

/**
 * What an asynchronous message tells (RFC 7143, 11.9).
 *
 * @param code the AsyncEvent
 * @param parameter1 for some events the CID
 * @param parameter2 the seconds to wait before a new login
 * @param parameter3 for a request to log out the seconds that there are for it
 */
public record AsyncEvent(int code, int parameter1, int parameter2, int parameter3) {
    /** The initiator is asked to log out within so many seconds. */
    public static AsyncEvent logOut(int seconds) {
        return new AsyncEvent(1, 0, 0, seconds);
    }

    /** All connections of the session will be dropped; a new login may be made at once. */
    public static AsyncEvent sessionDropped() {
        return new AsyncEvent(3, 0, 0, 0);
    }
}
