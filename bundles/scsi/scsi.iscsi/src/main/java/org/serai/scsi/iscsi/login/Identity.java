package org.serai.scsi.iscsi.login;

import java.util.Map;
import java.util.Optional;
import org.serai.scsi.iscsi.pdu.Bhs;

/**
 * Who logs in to what, as the first request of a login says (RFC 7143, 6.3.1).
 *
 * @param initiator the initiator's name
 * @param target the target; empty for a discovery session
 * @param isid the initiator's part of the session id
 * @param tsih the session that the connection joins; 0 for a new one
 * @param cid the connection's id within its session
 */
public record Identity(String initiator, Optional<String> target, long isid, int tsih, int cid) {
    private static final int MAX_NAME_BYTES = 223;

    static Identity of(Bhs request, Map<String, String> keys) throws LoginFailure {
        String initiator = name(keys, "InitiatorName");
        String type = keys.getOrDefault("SessionType", "Normal");
        if (!type.equals("Discovery") && !type.equals("Normal")) {
            throw new LoginFailure(LoginFailure.SESSION_TYPE_NOT_SUPPORTED, "a session type that is unknown");
        }
        Optional<String> target = type.equals("Discovery") ? Optional.empty() : Optional.of(name(keys, "TargetName"));
        return new Identity(initiator, target, isid(request), request.u16(14), request.u16(20));
    }

    private static String name(Map<String, String> keys, String key) throws LoginFailure {
        String value = keys.getOrDefault(key, "");
        if (value.isEmpty()) {
            throw new LoginFailure(LoginFailure.MISSING_PARAMETER, "key " + key + " is missing");
        }
        if (value.length() > MAX_NAME_BYTES) {
            throw new LoginFailure(LoginFailure.INITIATOR_ERROR, "key " + key + " is longer than any name");
        }
        if (value.chars().anyMatch(Identity::isInNoName)) {
            throw new LoginFailure(LoginFailure.INITIATOR_ERROR, "key " + key + " has a character that no name has");
        }
        return value;
    }

    /** Names go to logs, and a comma ends them in the name of a port (RFC 7143, 4.2.7). */
    private static boolean isInNoName(int character) {
        return character == ',' || Character.isWhitespace(character) || Character.isISOControl(character);
    }

    private static long isid(Bhs request) {
        return (long) request.u16(8) << 32 | Integer.toUnsignedLong(request.i32(10));
    }

    /** Whether a later request of the login still says the same. */
    boolean sameIn(Bhs request) {
        return isid == isid(request) && tsih == request.u16(14) && cid == request.u16(20);
    }
}
