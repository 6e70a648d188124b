package org.serai.storage;

/**
 * A part of an LU that is alike throughout.
 *
 * @param offset where it begins
 * @param length how long it is, as far as was looked
 * @param given whether it has space of its own or of a snapshot; reads as zero otherwise
 */
public record Range(long offset, long length, boolean given) {}
