package org.serai.scsi.target.reservation;

import java.util.Comparator;

/**
 * An I_T nexus (SAM-5) as reservations know it, beyond the session that it has now.
 *
 * @param initiatorPort the name of the initiator port: for iSCSI the initiator's name, {@code ,i,0x} and its ISID, as in
 *     a TransportID (SPC-4, 7.6.4.6); the initiator's name alone where that is who it is
 * @param targetPort the relative target port identifier
 */
public record NexusId(String initiatorPort, int targetPort) implements Comparable<NexusId> {
    private static final Comparator<NexusId> ORDER =
            Comparator.comparing(NexusId::initiatorPort).thenComparingInt(NexusId::targetPort);

    /** What stands between an initiator's name and its ISID in the name of its port. */
    static final String ISID = ",i,0x";

    /** Stands for all nexuses of a target port, to be told something. */
    public static NexusId anyInitiator(int targetPort) {
        return new NexusId("", targetPort);
    }

    /** Whether it is {@link #anyInitiator}. */
    public boolean isAnyInitiator() {
        return initiatorPort.isEmpty();
    }

    /** The initiator's name. */
    String initiator() {
        int end = initiatorPort.indexOf(ISID);
        return end < 0 ? initiatorPort : initiatorPort.substring(0, end);
    }

    @Override
    public int compareTo(NexusId other) {
        return ORDER.compare(this, other);
    }
}
