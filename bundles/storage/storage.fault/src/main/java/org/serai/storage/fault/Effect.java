package org.serai.storage.fault;

/** What a fault does to a call. */
public enum Effect {
    /** Nothing is done, and the call fails with {@link org.serai.storage.StorageError#IO_FAILED}. */
    ERROR,
    /** It is done, and the call fails all the same: the caller cannot know. */
    LATE,
    /** A read or write does the first half, then fails; anything else fails as with {@link #ERROR}. */
    SHORT,
    /** A flush says that it is done and does nothing; anything else goes on as if there were no fault. */
    SKIP,
    /** The call takes longer. */
    DELAY,
    /** The call stands until the rule is taken away, then goes on. */
    STALL,
    /** The pool cannot be reached: {@link org.serai.storage.StorageError#PV_AWAY}. */
    AWAY
}
