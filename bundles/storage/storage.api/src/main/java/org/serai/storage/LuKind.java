package org.serai.storage;

/** What an LU is for. */
public enum LuKind {
    /** A partition's disk. */
    DATA,
    /** The state of a hibernated partition. */
    HIBERNATION,
    /** Pages of a partition's memory. */
    PAGING,
    /** What new LUs are made from: a disk with a system installed. */
    IMAGE,
    /** Which regions of an LU and its copy may differ; made, held and deleted with the copy, and not shown to users. */
    INTENT
}
