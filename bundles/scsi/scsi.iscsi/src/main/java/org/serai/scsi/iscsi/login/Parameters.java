package org.serai.scsi.iscsi.login;

/**
 * What a login has settled (RFC 7143, 13).
 *
 * @param headerDigest whether headers carry CRC32C; of the connection
 * @param dataDigest whether data segments carry CRC32C; of the connection
 * @param initiatorMaxDataBytes MaxRecvDataSegmentLength of the initiator; of the connection
 * @param maxBurstBytes MaxBurstLength
 * @param firstBurstBytes FirstBurstLength
 * @param initialR2T whether every data-out has to be asked for
 * @param immediateData whether a command may carry data
 * @param maxConnections how many connections the session may have
 * @param maxOutstandingR2T how many R2Ts of a command may wait for their data at once
 */
public record Parameters(
        boolean headerDigest,
        boolean dataDigest,
        int initiatorMaxDataBytes,
        int maxBurstBytes,
        int firstBurstBytes,
        boolean initialR2T,
        boolean immediateData,
        int maxConnections,
        int maxOutstandingR2T) {
    private static final int TARGET_MAX_DATA_BYTES = 256 * 1024;

    /** The longest data segment in a login (RFC 7143, 13.12: the default). */
    public static final int LOGIN_MAX_DATA_BYTES = 8192;

    /** What MaxRecvDataSegmentLength may be at least. */
    static final int MIN_DATA_BYTES = 512;

    /** What MaxRecvDataSegmentLength may be at most. */
    static final int MAX_DATA_BYTES = (1 << 24) - 1;

    /** MaxRecvDataSegmentLength of this target in the full feature phase; little where there are no commands. */
    public static int targetMaxDataBytes(boolean discovery) {
        return discovery ? LOGIN_MAX_DATA_BYTES : TARGET_MAX_DATA_BYTES;
    }

    /** What holds for a further connection of a session that has these: what is the connection's is that one's own. */
    public Parameters ofConnection(Parameters connection) {
        return new Parameters(
                connection.headerDigest,
                connection.dataDigest,
                connection.initiatorMaxDataBytes,
                maxBurstBytes,
                firstBurstBytes,
                initialR2T,
                immediateData,
                maxConnections,
                maxOutstandingR2T);
    }
}
