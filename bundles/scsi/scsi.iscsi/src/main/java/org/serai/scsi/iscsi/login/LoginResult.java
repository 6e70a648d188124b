package org.serai.scsi.iscsi.login;

import java.util.Optional;
import org.serai.scsi.iscsi.pdu.PduReader;

/**
 * A login whose last response is still to be sent.
 *
 * @param identity who has logged in to what
 * @param portalGroup the tag of the portal group that the target has here; 0 for a discovery session
 * @param parameters what was settled
 * @param cmdSn the CmdSN of the first command
 * @param statSn the StatSN of the last login response
 * @param reader holds what came behind the last request
 */
public record LoginResult(
        Identity identity, int portalGroup, Parameters parameters, int cmdSn, int statSn, PduReader reader) {
    /** The initiator's name. */
    public String initiator() {
        return identity.initiator();
    }

    /** The target; empty for a discovery session. */
    public Optional<String> target() {
        return identity.target();
    }
}
