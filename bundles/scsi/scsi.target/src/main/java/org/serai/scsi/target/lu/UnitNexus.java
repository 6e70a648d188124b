package org.serai.scsi.target.lu;

import java.util.Optional;
import org.serai.scsi.target.reservation.Access;
import org.serai.scsi.target.reservation.NexusId;
import org.serai.scsi.target.sense.SenseCode;

/**
 * An I_T_L nexus (SAM-5): one unit as one session sees it, with the unit attentions that are pending for it and the
 * commands that it executes.
 */
public final class UnitNexus {
    private final DiskUnit unit;
    private final int units;
    private final NexusId id;
    private final Runnable aborter;
    private final Attentions attentions = new Attentions();
    private final CopyOperations copies = new CopyOperations();
    private volatile Peers peers = serial -> Optional.empty();
    private final InFlight inFlight = new InFlight();

    /**
     * A new nexus, with the unit attention that follows a power on.
     *
     * @param units how many units the target has, at LUNs from 0
     * @param id whose registrations and reservations are this nexus's; several sessions may have the same
     * @param aborter has the transport forget what waits for data at this unit
     */
    UnitNexus(DiskUnit unit, int units, NexusId id, Runnable aborter) {
        this.unit = unit;
        this.units = units;
        this.id = id;
        this.aborter = aborter;
        attentions.add(SenseCode.POWER_ON_OCCURRED);
    }

    /** The unit. */
    public DiskUnit unit() {
        return unit;
    }

    /** How many units the target has. */
    public int units() {
        return units;
    }

    /** Who it is to reservations. */
    public NexusId id() {
        return id;
    }

    /** The units that a copy may read and write for the initiator. */
    public Peers peers() {
        return peers;
    }

    /** Says which units a copy may read and write for the initiator. */
    public void peers(Peers now) {
        peers = now;
    }

    /** Its copies. */
    public CopyOperations copies() {
        return copies;
    }

    /** Whether a unit attention is pending. */
    public boolean hasAttention() {
        return attentions.any();
    }

    /** Takes the first pending unit attention away; {@link SenseCode#NO_SENSE} if there is none. */
    public SenseCode takeAttention() {
        return attentions.take();
    }

    /** Establishes a unit attention, once however often it is. */
    public void attend(SenseCode code) {
        attentions.add(code);
    }

    /**
     * Whether reservations allow a command now.
     *
     * @param startsOnly whether a {@link Access#START} starts the unit and does nothing else
     */
    public boolean isAdmitted(Access access, boolean startsOnly) {
        return unit.guard().admits(id, access, startsOnly);
    }

    /** Forgets a unit attention that would tell this nexus what it did itself. */
    public void knows(SenseCode code) {
        attentions.remove(code);
    }

    /** A command begins that {@link #abort} waits for; what is returned goes to {@link #leave}. */
    public int enter() {
        return inFlight.enter();
    }

    /** A command has ended. */
    public void leave(int entered) {
        inFlight.leave(entered);
    }

    /**
     * Aborts its commands for another nexus: those that wait for data are forgotten, those in execution end by themselves,
     * before this returns. Not to be called while a command that was {@link #enter entered} is the caller's own.
     */
    void abort() {
        aborter.run();
        copies.abortAll();
        inFlight.await();
    }

    /** Has its copies end, those included that had their status when they began, and returns when they have. */
    void abortCopies() {
        copies.abortAll();
    }

    /** Returns when its commands have ended that are in execution now; not to be called by one that was entered. */
    void awaitCommands() {
        inFlight.await();
    }

    /** The nexus is lost. */
    public void close() {
        copies.close();
        copies.abortAll();
        unit.lost(this);
    }
}
