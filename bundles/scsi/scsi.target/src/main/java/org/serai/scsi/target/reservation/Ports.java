package org.serai.scsi.target.reservation;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.serai.scsi.ExportSpec.Identity;

/**
 * Which nexuses a PERSISTENT RESERVE OUT means.
 *
 * @param sender the nexus that sent it
 * @param all all target ports
 * @param known nexuses that have sessions or registrations
 * @param identity what makes an initiator the same one
 */
record Ports(NexusId sender, Set<Integer> all, Set<NexusId> known, Identity identity) {
    /**
     * The initiator ports that a TransportID names (SPC-4, 7.6.4.6): one, or the known ones of an initiator; empty if it has
     * none.
     */
    Set<String> named(String transportId) {
        boolean isPort = transportId.contains(NexusId.ISID);
        if (identity == Identity.INITIATOR) {
            return Set.of(new NexusId(transportId, 0).initiator());
        }
        return isPort
                ? Set.of(transportId)
                : known.stream()
                        .filter(nexus -> nexus.initiator().equals(transportId))
                        .map(NexusId::initiatorPort)
                        .collect(Collectors.toSet());
    }

    /** The initiator ports that are to be registered at target ports to come too: the sender's and other ones. */
    Set<String> everywhere(Set<String> initiatorPorts) {
        if (identity == Identity.INITIATOR) {
            return Set.of();
        }
        Set<String> names = new TreeSet<>(initiatorPorts);
        names.add(sender.initiatorPort());
        return names;
    }

    /** The sender's nexus and those of other initiator ports, through the sender's target port or through all. */
    Set<NexusId> nexuses(Set<String> initiatorPorts, boolean throughAll) {
        Set<NexusId> nexuses = new TreeSet<>();
        for (int port : throughAll ? all : Set.of(sender.targetPort())) {
            nexuses.add(new NexusId(sender.initiatorPort(), port));
            initiatorPorts.forEach(each -> nexuses.add(new NexusId(each, port)));
        }
        return nexuses;
    }
}
