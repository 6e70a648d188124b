package org.serai.scsi;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.serai.storage.OpenLu;

/**
 * A target to be shown to one initiator, or to any.
 *
 * @param target the target's name, an IQN, unique on this node
 * @param initiator the only initiator that sees it; empty for any, which is the operator's explicit word
 * @param chap what the initiator proves itself with; empty only where {@code initiator} is
 * @param port the target port through which this node shows the target
 * @param disks the LUs, in the order of their LUNs from 0; the caller keeps them open as long as the export lives
 * @param paths the VIOSes that show it beside each other; empty if this is the only one. With paths the export begins
 *     paused, until the caller has the LU open here and resumes it
 * @param admittance is asked last, before a login is completed
 */
public record ExportSpec(
        String target,
        Optional<String> initiator,
        Optional<Chap> chap,
        Port port,
        List<Disk> disks,
        Optional<Paths> paths,
        Admittance admittance) {
    /** A target that every initiator may log in to that has proven itself. */
    public ExportSpec(
            String target,
            Optional<String> initiator,
            Optional<Chap> chap,
            Port port,
            List<Disk> disks,
            Optional<Paths> paths) {
        this(target, initiator, chap, port, disks, paths, Admittance.OPEN);
    }

    /** A target that is shown here only. */
    public ExportSpec(String target, Optional<String> initiator, Optional<Chap> chap, Port port, List<Disk> disks) {
        this(target, initiator, chap, port, disks, Optional.empty());
    }

    /** A target that is shown here only, whose initiators are told apart by their ports. */
    public ExportSpec(String target, Optional<String> initiator, Optional<Chap> chap, List<Disk> disks) {
        this(target, initiator, chap, new Port(1, Identity.PORT), disks);
    }

    /**
     * A target port (SAM-5).
     *
     * @param number its relative target port identifier (SPC-4, device identification VPD page), 1 to 65535
     * @param identity what makes an initiator the same one
     */
    public record Port(int number, Identity identity) {
        /** Refuses a number that is none. */
        public Port {
            if (number < 1 || number > 0xFFFF) {
                throw new IllegalArgumentException("no relative target port identifier: " + number);
            }
        }
    }

    /** Whether an initiator is let in that has proven itself. */
    @FunctionalInterface
    public interface Admittance {
        /** Everybody is. */
        Admittance OPEN = _ -> {};

        /** Fails with what keeps the initiator out. */
        void require(String initiator);
    }

    /** What makes an initiator the same one, to whom a registration or reservation belongs. */
    public enum Identity {
        /** Its port: with iSCSI its name and the ISID of its session (RFC 7143, 4.4.1). */
        PORT,
        /** Its name alone: a partition whose hypervisor takes another ISID at each start stays who it is. */
        INITIATOR
    }

    /**
     * CHAP credentials (RFC 7143, 12.1.3).
     *
     * @param user the name that the initiator gives
     * @param secret what it proves to know
     * @param mutual what the target proves itself with to an initiator that asks for it
     */
    public record Chap(String user, String secret, Optional<Mutual> mutual) {
        /** Refuses a secret for both directions, with which each side could answer its own challenge. */
        public Chap {
            if (mutual.isPresent() && mutual.get().secret().equals(secret)) {
                throw new IllegalArgumentException("the target's CHAP secret must not be the initiator's");
            }
        }

        /** For an initiator that does not ask the target to prove itself. */
        public Chap(String user, String secret) {
            this(user, secret, Optional.empty());
        }

        @Override
        public String toString() {
            return "Chap[user=" + user + mutual.map(own -> ", mutual=" + own).orElse("") + "]";
        }
    }

    /** What a target proves itself with. */
    public record Mutual(String user, String secret) {
        @Override
        public String toString() {
            return user;
        }
    }

    /**
     * An LU as a disk.
     *
     * @param serial the unit serial number and the base of its NAA identifier: the LU's UUID
     * @param name the LU's name, for messages
     * @param hostPage where the disk is served
     */
    public record Disk(OpenLu lu, UUID serial, String name, HostPage hostPage) {}

    /** What the vendor VPD page tells software in the partition. */
    public record HostPage(String hostComponentId, UUID vios, long adapterId) {}
}
