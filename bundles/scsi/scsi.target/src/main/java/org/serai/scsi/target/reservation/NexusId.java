package org.serai.scsi.target.reservation;

/**
 * An I_T nexus (SAM-5, 4.6.2) as reservations know it, beyond the session that it has now.
 *
 * @param initiatorPort the name of the initiator port: for iSCSI the initiator's name, {@code ,i,0x} and its ISID, as in
 *     a TransportID (SPC-4, 7.6.4.6); the initiator's name alone where that is who it is
 * @param targetPort the relative target port identifier
 */
public record NexusId(String initiatorPort, int targetPort) {}
