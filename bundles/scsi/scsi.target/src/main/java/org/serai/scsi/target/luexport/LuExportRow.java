package org.serai.scsi.target.luexport;

import java.util.Optional;
import java.util.UUID;
import org.serai.database.Table;
import org.serai.scsi.ExportSpec.Chap;
import org.serai.scsi.ExportSpec.Mutual;
import org.serai.scsi.LuExports.Admitted;
import org.serai.storage.Lu;
import org.serai.storage.OpenLu;

/**
 * An LU exported outside any partition; a {@link PathRow} for each node that does.
 *
 * @param node the preferred node
 * @param redirects whether initiators that log in at a standby path are sent to the active one
 * @param givesBack whether discarded space comes back, which all nodes must tell alike
 * @param atomicBytes the most that is written atomically, likewise
 */
@Table("lu_export")
public record LuExportRow(
        UUID id,
        UUID lu,
        UUID node,
        String target,
        Optional<String> initiator,
        Optional<String> chapUser,
        Optional<String> chapSecret,
        Optional<String> mutualUser,
        Optional<String> mutualSecret,
        boolean redirects,
        boolean givesBack,
        int atomicBytes) {
    /** A new export by a node that has the LU open. */
    static LuExportRow of(Lu lu, OpenLu open, UUID node, Admitted access, Optional<Chap> chap) {
        return new LuExportRow(
                UUID.randomUUID(),
                lu.id(),
                node,
                Targets.of(lu),
                access.initiator(),
                chap.map(Chap::user),
                chap.map(Chap::secret),
                chap.flatMap(Chap::mutual).map(Mutual::user),
                chap.flatMap(Chap::mutual).map(Mutual::secret),
                access.redirected(),
                open.givesBack(),
                open.atomicBytes());
    }

    /** The same, preferring another node. */
    LuExportRow preferring(UUID other) {
        return new LuExportRow(
                id,
                lu,
                other,
                target,
                initiator,
                chapUser,
                chapSecret,
                mutualUser,
                mutualSecret,
                redirects,
                givesBack,
                atomicBytes);
    }

    Optional<Chap> chap() {
        Optional<Mutual> mutual = mutualUser.flatMap(user -> mutualSecret.map(secret -> new Mutual(user, secret)));
        return chapUser.flatMap(user -> chapSecret.map(secret -> new Chap(user, secret, mutual)));
    }

    @Override
    public String toString() {
        return "LuExportRow[lu=" + lu + ", node=" + node + ", target=" + target + "]";
    }
}
