package org.serai.scsi.target.luexport;

import java.util.UUID;
import org.serai.database.Table;

/**
 * A node that exports an LU, beside others or alone.
 *
 * @param id EXPORT/NODE
 */
@Table("lu_path")
record PathRow(String id, UUID export, UUID node) {
    static PathRow of(UUID export, UUID node) {
        return new PathRow(export + "/" + node, export, node);
    }
}
