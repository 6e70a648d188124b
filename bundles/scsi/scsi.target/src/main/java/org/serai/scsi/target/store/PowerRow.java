package org.serai.scsi.target.store;

import java.util.UUID;
import org.serai.database.Table;

/** A node that exported an LU, in which incarnation. */
@Table("scsi_power")
record PowerRow(UUID id, UUID lu, UUID node, UUID incarnation) {}
