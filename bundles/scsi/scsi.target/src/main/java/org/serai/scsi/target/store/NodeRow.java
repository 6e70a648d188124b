package org.serai.scsi.target.store;

import java.util.UUID;
import org.serai.database.Table;

/** A node's present incarnation. */
@Table("node")
record NodeRow(UUID id, UUID incarnation) {}
