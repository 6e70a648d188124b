package org.serai.scsi.iscsi.login;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Operational negotiation (RFC 7143, 6.2 and 13): the target's answer to each key, and what holds in the end. A value
 * that a key cannot have is answered with Reject and changes nothing; a key that comes twice ends the login.
 */
final class Negotiation {
    private static final int MIN_BURST_BYTES = 512;
    private static final int MAX_24_BITS = (1 << 24) - 1;
    private static final int MAX_BURST_BYTES = 1 << 20;
    private static final int FIRST_BURST_BYTES = 256 * 1024;
    private static final int MAX_16_BITS = 65535;
    private static final int MAX_SECONDS = 3600;

    /** What the target offers at most: connections of a session, and R2Ts of a command. */
    private static final int CONNECTIONS = 8;

    private static final int OUTSTANDING_R2TS = 4;
    private static final int MAX_VALUE_BYTES = 255;
    private static final String REJECT = "Reject";
    private static final Set<String> DIGESTS = Set.of("CRC32C", "None");

    /** Keys that are settled once for a session, by its first connection. */
    private static final Set<String> OF_SESSION = Set.of(
            "MaxConnections",
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
            "TaskReporting",
            "iSCSIProtocolLevel");

    /** Keys without a meaning where there are no commands. */
    private static final Set<String> OF_COMMANDS = Set.of(
            "MaxConnections",
            "InitialR2T",
            "ImmediateData",
            "MaxBurstLength",
            "FirstBurstLength",
            "MaxOutstandingR2T",
            "DataPDUInOrder",
            "DataSequenceInOrder",
            "TaskReporting");

    private final boolean discovery;
    private final boolean leading;
    private final Set<String> seen = new HashSet<>();
    private boolean headerDigest;
    private boolean dataDigest;
    private int initiatorMaxDataBytes = Parameters.LOGIN_MAX_DATA_BYTES;
    private int maxBurstBytes = 256 * 1024;
    private int firstBurstBytes = 64 * 1024;
    private boolean initialR2T = true;
    private boolean immediateData = true;
    private int maxConnections = 1;
    private int maxOutstandingR2T = 1;
    private boolean declared;

    /** @param leading whether it is a session's first connection */
    Negotiation(boolean discovery, boolean leading) {
        this.discovery = discovery;
        this.leading = leading;
    }

    /** What holds now. */
    Parameters result() {
        return new Parameters(
                headerDigest,
                dataDigest,
                initiatorMaxDataBytes,
                maxBurstBytes,
                Math.min(firstBurstBytes, maxBurstBytes),
                initialR2T,
                immediateData,
                maxConnections,
                maxOutstandingR2T);
    }

    /** Declares what is the target's to declare, once. */
    void declare(Map<String, String> answer) {
        if (!declared) {
            declared = true;
            answer.put("MaxRecvDataSegmentLength", String.valueOf(Parameters.targetMaxDataBytes(discovery)));
        }
    }

    /** Takes one key and puts the answer, if the key has one. */
    void negotiate(String key, String value, Map<String, String> answer) throws LoginFailure {
        if (!seen.add(key)) {
            throw new LoginFailure(LoginFailure.INITIATOR_ERROR, "key " + key + " is negotiated twice");
        }
        if (value.length() > MAX_VALUE_BYTES) {
            throw new LoginFailure(LoginFailure.INITIATOR_ERROR, "key " + key + " has a value that is too long");
        }
        if (!leading && OF_SESSION.contains(key)) {
            throw new LoginFailure(
                    LoginFailure.INITIATOR_ERROR, "key " + key + " is settled by a session's first connection");
        }
        if (discovery && OF_COMMANDS.contains(key)) {
            answer.put(key, "Irrelevant");
            return;
        }
        switch (key) {
            case "MaxRecvDataSegmentLength" ->
                initiatorMaxDataBytes = Value.number(value, Parameters.MIN_DATA_BYTES, Parameters.MAX_DATA_BYTES)
                        .orElseThrow(() -> new LoginFailure(
                                LoginFailure.INITIATOR_ERROR,
                                "MaxRecvDataSegmentLength is declared as what it cannot be"));
            case "InitiatorAlias", "X#NodeArchitecture" -> {
                // declarations that this target has no use for
            }
            default -> answer.put(key, settle(key, value).orElse(REJECT));
        }
    }

    /** The answer to a key that is negotiated; empty for a value that it cannot have. */
    private Optional<String> settle(String key, String value) {
        return switch (key) {
            case "HeaderDigest" -> digest(value).map(chosen -> yesIf(headerDigest = chosen, "CRC32C", "None"));
            case "DataDigest" -> digest(value).map(chosen -> yesIf(dataDigest = chosen, "CRC32C", "None"));
            case "InitialR2T" -> Value.flag(value).map(offered -> yesIf(initialR2T = offered, "Yes", "No"));
            case "ImmediateData" -> Value.flag(value).map(offered -> yesIf(immediateData = offered, "Yes", "No"));
            case "DataPDUInOrder", "DataSequenceInOrder" -> Value.flag(value).map(offered -> "Yes");
            case "MaxBurstLength" ->
                least(value, MIN_BURST_BYTES, MAX_24_BITS, MAX_BURST_BYTES)
                        .map(bytes -> String.valueOf(maxBurstBytes = bytes));
            case "FirstBurstLength" ->
                least(value, MIN_BURST_BYTES, MAX_24_BITS, FIRST_BURST_BYTES)
                        .map(bytes -> String.valueOf(firstBurstBytes = bytes));
            case "MaxConnections" ->
                least(value, 1, MAX_16_BITS, CONNECTIONS).map(count -> String.valueOf(maxConnections = count));
            case "MaxOutstandingR2T" ->
                least(value, 1, MAX_16_BITS, OUTSTANDING_R2TS).map(count -> String.valueOf(maxOutstandingR2T = count));
            case "ErrorRecoveryLevel" -> least(value, 0, 2, 0).map(String::valueOf);
            case "DefaultTime2Retain" -> least(value, 0, MAX_SECONDS, 0).map(String::valueOf);
            // the larger one holds, and the target's is 0
            case "DefaultTime2Wait" -> least(value, 0, MAX_SECONDS, MAX_SECONDS).map(String::valueOf);
            case "TaskReporting" -> Value.choice(value, Set.of("RFC3720"));
            case "iSCSIProtocolLevel" -> least(value, 0, 31, 1).map(String::valueOf);
            // obsolete (RFC 7143, 13.25): answered, but never with NotUnderstood
            case "IFMarker", "OFMarker" -> Optional.of("No");
            case "IFMarkInt", "OFMarkInt" -> Optional.of(REJECT);
            // the target's to say, or not for a login
            case "TargetAlias", "TargetAddress", "TargetPortalGroupTag", "SendTargets" -> Optional.of(REJECT);
            default -> Optional.of("NotUnderstood");
        };
    }

    private static Optional<Boolean> digest(String value) {
        return Value.choice(value, DIGESTS).map("CRC32C"::equals);
    }

    private static String yesIf(boolean condition, String yes, String no) {
        return condition ? yes : no;
    }

    private static Optional<Integer> least(String value, int min, int max, int ours) {
        OptionalInt number = Value.number(value, min, max);
        return number.isPresent() ? Optional.of(Math.min(number.getAsInt(), ours)) : Optional.empty();
    }
}
