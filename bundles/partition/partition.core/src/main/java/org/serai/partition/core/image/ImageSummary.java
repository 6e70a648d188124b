package org.serai.partition.core.image;

/**
 * What an image came to.
 *
 * @param stateBytes the captured state before compression
 * @param storedBytes header, chunks and trailer
 * @param sha256 of header, heads of chunks and the trailer's counts, in hexadecimal
 */
public record ImageSummary(long stateBytes, long storedBytes, String sha256) {}
