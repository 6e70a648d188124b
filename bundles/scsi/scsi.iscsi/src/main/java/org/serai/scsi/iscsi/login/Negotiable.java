package org.serai.scsi.iscsi.login;

import java.util.OptionalInt;
import java.util.Set;

/** What can be said of keys after the login. */
public final class Negotiable {
    private static final Set<String> IN_LOGIN_ONLY = Set.of(
            "AuthMethod",
            "HeaderDigest",
            "DataDigest",
            "MaxConnections",
            "TargetName",
            "InitiatorName",
            "TargetAlias",
            "TargetAddress",
            "TargetPortalGroupTag",
            "InitialR2T",
            "ImmediateData",
            "MaxBurstLength",
            "FirstBurstLength",
            "DefaultTime2Wait",
            "DefaultTime2Retain",
            "MaxOutstandingR2T",
            "DataPDUInOrder",
            "DataSequenceInOrder",
            "ErrorRecoveryLevel",
            "SessionType",
            "TaskReporting",
            "iSCSIProtocolLevel",
            "IFMarker",
            "OFMarker",
            "IFMarkInt",
            "OFMarkInt");

    private Negotiable() {}

    /** Whether a key belongs to the login, and is refused after it. */
    public static boolean inLogin(String key) {
        return IN_LOGIN_ONLY.contains(key);
    }

    /** The value of a declared MaxRecvDataSegmentLength (RFC 7143, 13.12); empty if it cannot be. */
    public static OptionalInt maxDataBytes(String value) {
        return Value.number(value, Parameters.MIN_DATA_BYTES, Parameters.MAX_DATA_BYTES);
    }
}
