package org.serai.ffdc;

import org.osgi.annotation.versioning.ConsumerType;

/** A stable error code. Each domain lists its own in one enum; a code is never given a second meaning. */
@ConsumerType
public interface ErrorCode {
    /** The code as users see it, for example {@code SERAI-LU-0007}. */
    String code();

    /** Who can mend it. */
    Category category();

    /**
     * Makes the error.
     *
     * @param what what happened, naming the object: one sentence that begins with a capital letter, or with the name
     *     of a key or object as it is written, and ends without a full stop
     * @param cause why it happened; it goes on after "cause:", so it begins in lower case and has no full stop either
     * @param action what the reader can do about it, likewise, after "do:"
     */
    default SeraiException error(String what, String cause, String action) {
        return new SeraiException(this, what, cause, action, null);
    }

    /** As {@link #error(String, String, String)}, with the exception that was its cause, for the log. */
    default SeraiException error(String what, String cause, String action, Throwable thrown) {
        return new SeraiException(this, what, cause, action, thrown);
    }
}
