package org.serai.scsi.iscsi.login;

/**
 * What a login has settled (RFC 7143, 13).
 *
 * @param headerDigest whether headers carry CRC32C
 * @param dataDigest whether data segments carry CRC32C
 * @param initiatorMaxDataBytes MaxRecvDataSegmentLength of the initiator
 * @param maxBurstBytes MaxBurstLength
 * @param firstBurstBytes FirstBurstLength
 * @param initialR2T whether every data-out has to be asked for
 * @param immediateData whether a command may carry data
 */
public record Parameters(
        boolean headerDigest,
        boolean dataDigest,
        int initiatorMaxDataBytes,
        int maxBurstBytes,
        int firstBurstBytes,
        boolean initialR2T,
        boolean immediateData) {
    /** MaxRecvDataSegmentLength of this target in the full feature phase. */
    public static final int TARGET_MAX_DATA_BYTES = 256 * 1024;

    /** The longest data segment in a login (RFC 7143, 13.12: the default). */
    public static final int LOGIN_MAX_DATA_BYTES = 8192;
}
