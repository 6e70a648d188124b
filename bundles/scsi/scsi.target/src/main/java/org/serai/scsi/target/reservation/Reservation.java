package org.serai.scsi.target.reservation;

/**
 * A persistent reservation, of the whole logical unit.
 *
 * @param holder who made it; with a type that all registrants hold only one of them
 */
public record Reservation(Type type, NexusId holder) {}
