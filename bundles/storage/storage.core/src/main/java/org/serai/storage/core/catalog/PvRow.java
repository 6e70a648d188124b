package org.serai.storage.core.catalog;

import java.util.UUID;
import org.serai.database.Table;

/** A row of pv. */
@Table("pv")
public record PvRow(UUID id, UUID pool, int position, String path, long sizeBytes) {}
