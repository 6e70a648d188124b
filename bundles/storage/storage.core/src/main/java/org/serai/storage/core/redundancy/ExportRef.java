package org.serai.storage.core.redundancy;

import java.util.UUID;
import org.serai.database.Table;

/** What storage has to know of an export outside any partition: which LU it shows. */
@Table("lu_export")
record ExportRef(UUID id, UUID lu) {}
