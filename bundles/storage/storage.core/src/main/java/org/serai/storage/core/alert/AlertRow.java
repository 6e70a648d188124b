package org.serai.storage.core.alert;

import java.util.UUID;
import org.serai.database.Table;

/** A row of alert. The id is {@code pool:ID}, {@code tier:ID} or {@code lu:ID}. */
@Table("alert")
public record AlertRow(String id, UUID pool, int thresholdPercent, int fillPermille, long sinceMs, UUID node) {}
