package org.serai.scsi.iscsi.login;

import java.util.Map;
import org.serai.scsi.iscsi.pdu.PduReader;

/** Whom a login is under way with, and how far it has come. */
final class Visitor {
    private final Identity identity;
    private final int portalGroup;
    private final Authentication authentication;
    private final Negotiation negotiation;

    /** @param portalGroup 0 for a discovery session */
    Visitor(Identity identity, int portalGroup, Authentication authentication) {
        this.identity = identity;
        this.portalGroup = portalGroup;
        this.authentication = authentication;
        this.negotiation = new Negotiation(identity.target().isEmpty(), identity.tsih() == 0);
    }

    Identity identity() {
        return identity;
    }

    Authentication authentication() {
        return authentication;
    }

    Negotiation negotiation() {
        return negotiation;
    }

    /** Puts what the first response to a login to a target must have (RFC 7143, 13.9). */
    void announce(Map<String, String> answer) {
        if (portalGroup != 0) {
            answer.put("TargetPortalGroupTag", String.valueOf(portalGroup));
        }
    }

    /** Whether the key tells who it is, which is no negotiation; it cannot tell another one later. */
    boolean tells(String key, String value) throws LoginFailure {
        String told = switch (key) {
            case "InitiatorName" -> identity.initiator();
            case "TargetName" -> identity.target().orElse(value);
            case "SessionType" -> identity.target().isPresent() ? "Normal" : "Discovery";
            default -> "";
        };
        if (!told.isEmpty() && !told.equals(value)) {
            throw new LoginFailure(LoginFailure.INITIATOR_ERROR, "key " + key + " changes within the login");
        }
        return !told.isEmpty();
    }

    LoginResult result(int cmdSn, int statSn, PduReader reader) {
        return new LoginResult(identity, portalGroup, negotiation.result(), cmdSn, statSn, reader);
    }
}
