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
     * @param closed is run once when the command side ends the nexus (export closed): the transport drops the session
     */
    Nexus login(String target, String initiator, String initiatorPort, Runnable closed);

    /** How an initiator must prove itself. */
    record Admission(Optional<ExportSpec.Chap> chap) {}
}
