package org.serai.partition.core.record;

import java.util.UUID;
import org.serai.database.Table;

/**
 * A virtual SCSI adapter.
 *
 * @param id the AdapterID, never used twice
 * @param drcName its location code, relative to the CEC that runs the partition
 */
@Table("adapter")
public record AdapterRow(long id, UUID lpar, long client, int slot, String drcName) {
    /** The same adapter at another place. */
    public AdapterRow at(String newDrcName) {
        return new AdapterRow(id, lpar, client, slot, newDrcName);
    }
}
