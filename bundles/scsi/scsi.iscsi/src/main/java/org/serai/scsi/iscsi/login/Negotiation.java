package org.serai.scsi.iscsi.login;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Operational negotiation (RFC 7143, 6.2 and 13): the target's answer to each key, and what holds in the end. */
final class Negotiation {
    private static final int MIN_BURST_BYTES = 512;
    private static final int MAX_24_BITS = (1 << 24) - 1;
    private static final int MAX_BURST_BYTES = 1 << 20;
    private static final int FIRST_BURST_BYTES = 256 * 1024;
    private static final int MAX_16_BITS = 65535;
    private static final String REJECT = "Reject";

    private final Set<String> seen = new HashSet<>();
    private boolean headerDigest;
    private boolean dataDigest;
    private int initiatorMaxDataBytes = Parameters.LOGIN_MAX_DATA_BYTES;
    private int maxBurstBytes = 256 * 1024;
    private int firstBurstBytes = 64 * 1024;
    private boolean initialR2T = true;
    private boolean immediateData = true;
    private boolean declared;

    /** What holds now. */
    Parameters result() {
        return new Parameters(
                headerDigest,
                dataDigest,
                initiatorMaxDataBytes,
                maxBurstBytes,
                Math.min(firstBurstBytes, maxBurstBytes),
                initialR2T,
                immediateData);
    }

    /** Declares what is the target's to declare, once. */
    void declare(Map<String, String> answer) {
        if (!declared) {
            declared = true;
            answer.put("MaxRecvDataSegmentLength", String.valueOf(Parameters.TARGET_MAX_DATA_BYTES));
        }
    }

    /** Takes one key and puts the answer, if the key has one. */
    void negotiate(String key, String value, Map<String, String> answer) throws LoginFailure {
        if (!seen.add(key)) {
            throw new LoginFailure(LoginFailure.INITIATOR_ERROR, "key " + key + " is negotiated twice");
        }
        switch (key) {
            case "HeaderDigest" -> headerDigest = digest(key, value, answer);
            case "DataDigest" -> dataDigest = digest(key, value, answer);
            case "InitialR2T" -> initialR2T = flag(key, value, answer, value.equals("Yes"));
            case "ImmediateData" -> immediateData = flag(key, value, answer, value.equals("Yes"));
            case "DataPDUInOrder", "DataSequenceInOrder" -> flag(key, value, answer, true);
            case "MaxRecvDataSegmentLength" -> initiatorMaxDataBytes = number(key, value, 512, MAX_24_BITS);
            case "MaxBurstLength" ->
                maxBurstBytes = least(key, value, MIN_BURST_BYTES, MAX_24_BITS, MAX_BURST_BYTES, answer);
            case "FirstBurstLength" ->
                firstBurstBytes = least(key, value, MIN_BURST_BYTES, MAX_24_BITS, FIRST_BURST_BYTES, answer);
            case "MaxConnections" -> least(key, value, 1, MAX_16_BITS, 1, answer);
            case "MaxOutstandingR2T" -> least(key, value, 1, MAX_16_BITS, 1, answer);
            case "ErrorRecoveryLevel" -> least(key, value, 0, 2, 0, answer);
            case "DefaultTime2Retain" -> least(key, value, 0, 3600, 0, answer);
            case "DefaultTime2Wait" -> answer.put(key, String.valueOf(number(key, value, 0, 3600)));
            case "IFMarker", "OFMarker" -> answer.put(key, "No");
            case "IFMarkInt", "OFMarkInt" -> answer.put(key, REJECT);
            case "TaskReporting" -> answer.put(key, "RFC3720");
            case "iSCSIProtocolLevel" -> least(key, value, 0, 31, 1, answer);
            case "InitiatorAlias" -> {
                // a declaration that this target has no use for
            }
            default -> answer.put(key, "NotUnderstood");
        }
    }

    private static boolean digest(String key, String value, Map<String, String> answer) throws LoginFailure {
        List<String> offered = Arrays.asList(value.split(","));
        for (String each : offered) {
            if (each.equals("CRC32C") || each.equals("None")) {
                answer.put(key, each);
                return each.equals("CRC32C");
            }
        }
        throw new LoginFailure(LoginFailure.INITIATOR_ERROR, key + " has nothing to choose but CRC32C and None");
    }

    private static boolean flag(String key, String value, Map<String, String> answer, boolean result)
            throws LoginFailure {
        if (!value.equals("Yes") && !value.equals("No")) {
            throw new LoginFailure(LoginFailure.INITIATOR_ERROR, key + " is neither Yes nor No");
        }
        answer.put(key, result ? "Yes" : "No");
        return result;
    }

    private static int least(String key, String value, int min, int max, int ours, Map<String, String> answer)
            throws LoginFailure {
        int result = Math.min(number(key, value, min, max), ours);
        answer.put(key, String.valueOf(result));
        return result;
    }

    private static int number(String key, String value, int min, int max) throws LoginFailure {
        try {
            long number = Long.decode(value);
            if (number >= min && number <= max) {
                return (int) number;
            }
        } catch (NumberFormatException e) {
            throw new LoginFailure(LoginFailure.INITIATOR_ERROR, key + " is no number");
        }
        throw new LoginFailure(LoginFailure.INITIATOR_ERROR, key + " is not within " + min + " to " + max);
    }
}
