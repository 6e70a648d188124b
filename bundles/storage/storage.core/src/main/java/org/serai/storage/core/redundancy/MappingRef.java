package org.serai.storage.core.redundancy;

import java.util.UUID;
import org.serai.database.Table;

/** What storage has to know of a virtual target device: which LU it shows. */
@Table("mapping")
record MappingRef(String id, UUID lu) {}
