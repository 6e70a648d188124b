package org.serai.scsi.target.lu;

/**
 * What became of an EXTENDED COPY.
 *
 * @param done whether it ended without an error
 * @param segments how many segments were done
 * @param blocks how many blocks these have
 */
public record CopyOutcome(boolean done, int segments, long blocks) {}
