package org.serai.storage.core.catalog;

import java.util.Base64;
import java.util.UUID;
import org.serai.database.Table;

/**
 * A row of lease_slot: what a node has written last.
 *
 * @param id {@code POOL/SLOT}
 * @param record in base64
 */
@Table("lease_slot")
public record LeaseSlotRow(String id, UUID pool, int slot, String record) {
    static LeaseSlotRow of(UUID pool, int slot, byte[] record) {
        return new LeaseSlotRow(
                pool + "/" + slot, pool, slot, Base64.getEncoder().encodeToString(record));
    }

    byte[] bytes() {
        return Base64.getDecoder().decode(record);
    }
}
