package org.serai.scsi.iscsi.login;

import java.util.Optional;
import org.serai.scsi.iscsi.pdu.PduReader;

/**
 * A login whose last response is still to be sent.
 *
 * @param initiator the initiator's name
 * @param target the target; empty for a discovery session
 * @param isid the initiator's part of the session id
 * @param parameters what was settled
 * @param cmdSn the CmdSN of the first command
 * @param statSn the StatSN of the last login response
 * @param reader holds what came behind the last request
 */
public record LoginResult(
        String initiator,
        Optional<String> target,
        long isid,
        Parameters parameters,
        int cmdSn,
        int statSn,
        PduReader reader) {}
