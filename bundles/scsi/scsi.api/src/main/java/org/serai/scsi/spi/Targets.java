package org.serai.scsi.spi;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.serai.scsi.ExportSpec;

/** What a target transport asks of the command side: who may log in where, and a nexus to execute on. */
@ProviderType
public interface Targets {
    /** The targets that this initiator may see, for discovery, ordered by name. */
    List<String> visibleTo(String initiator);

    /** Whether that initiator may log in to that target, and how it must prove itself; empty if it sees no such target. */
    Optional<Admission> admission(String target, String initiator);

    /**
     * Opens an I_T nexus for an initiator that has proven itself.
     *
     * @param initiatorPort the initiator's name and port identifier, for example with iSCSI's ISID
     * @param owner what the command side tells the transport by
     */
    Nexus login(String target, String initiator, String initiatorPort, NexusOwner owner);

    /**
     * The portals of other nodes through which an initiator reaches that target too: what discovery tells beside the
     * transport's own portal. Empty where the target is not known.
     */
    List<Portal> portals(String target);

    /**
     * What an initiator is told that wants to log in.
     *
     * @param chap how it must prove itself
     * @param portalGroup the target portal group tag of this node's portal for the target, 1 to 65535
     * @param elsewhere where it is sent instead of being let in
     */
    record Admission(Optional<ExportSpec.Chap> chap, int portalGroup, Optional<Redirection> elsewhere) {}

    /**
     * A portal of a target.
     *
     * @param address {@code host:port}
     * @param portalGroup its target portal group tag
     */
    record Portal(String address, int portalGroup) {}

    /**
     * Where a target is served for now, or for good (RFC 7143, 11.13.5).
     *
     * @param address {@code host:port}
     */
    record Redirection(String address, boolean permanent) {}
}
