package org.serai.storage;

/** Whether a pool keeps checksums of data. Checksums of metadata are always kept. */
public enum DataChecksum {
    /** What a PV returns is believed. */
    NONE,
    /** CRC32C of each 4 KiB: a read of damaged data fails with {@link StorageError#DATA_DAMAGED}. */
    CRC32C
}
