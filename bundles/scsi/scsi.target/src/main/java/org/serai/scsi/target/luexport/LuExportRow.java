package org.serai.scsi.target.luexport;

import java.util.Optional;
import java.util.UUID;
import org.serai.database.Table;
import org.serai.scsi.ExportSpec.Chap;

/**
 * An LU exported outside any partition.
 *
 * @param node the node that exports it
 */
@Table("lu_export")
public record LuExportRow(
        UUID id,
        UUID lu,
        UUID node,
        String target,
        Optional<String> initiator,
        Optional<String> chapUser,
        Optional<String> chapSecret) {
    Optional<Chap> chap() {
        return chapUser.flatMap(user -> chapSecret.map(secret -> new Chap(user, secret)));
    }

    @Override
    public String toString() {
        return "LuExportRow[lu=" + lu + ", node=" + node + ", target=" + target + "]";
    }
}
