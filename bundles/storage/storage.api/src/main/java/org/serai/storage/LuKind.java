package org.serai.storage;

/** What an LU is for. */
public enum LuKind {
    /** A partition's disk. */
    DATA,
    /** The state of a hibernated partition. */
    HIBERNATION
}
