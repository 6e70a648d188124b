package org.serai.scsi.iscsi.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.serai.scsi.iscsi.login.LoginResult;
import org.serai.scsi.spi.Targets;

/**
 * Answers SendTargets (RFC 7143, appendix C): all targets in a discovery session, the session's own in a normal one.
 *
 * @param portal this portal's address
 */
public record Discovery(Targets targets, String portal) {
    /** Pairs of key and value, in their order. */
    List<String[]> sendTargets(String value, LoginResult login) {
        Optional<String> own = login.target();
        List<String[]> pairs = new ArrayList<>();
        for (String target : targets.visibleTo(login.initiator())) {
            boolean asked = value.equals("All") || target.equals(value.isEmpty() ? own.orElse("") : value);
            if (asked && (own.isEmpty() || own.get().equals(target))) {
                describe(target, login.initiator(), pairs);
            }
        }
        return pairs;
    }

    private void describe(String target, String initiator, List<String[]> pairs) {
        targets.admission(target, initiator).ifPresent(admission -> {
            pairs.add(new String[] {"TargetName", target});
            pairs.add(new String[] {"TargetAddress", portal + "," + admission.portalGroup()});
            targets.portals(target)
                    .forEach(other ->
                            pairs.add(new String[] {"TargetAddress", other.address() + "," + other.portalGroup()}));
        });
    }
}
