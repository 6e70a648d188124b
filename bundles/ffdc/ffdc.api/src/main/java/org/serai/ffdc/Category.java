package org.serai.ffdc;

/** Who can mend an error. */
public enum Category {
    /** The caller asked for something that cannot be: a wrong name, a wrong size, a thing in use. */
    USER,
    /** The same call may succeed later without anybody doing anything. */
    RETRY,
    /** An operator must act first. */
    OPERATOR,
    /** The state is not what the code believes it can be; nothing more is done with it. */
    FATAL
}
