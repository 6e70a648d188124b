package org.serai.storage.core.catalog;

import java.util.Optional;
import java.util.UUID;
import org.serai.database.Table;

/** A row of moment as it was written, with the database's time as text. */
@Table("moment")
public record PastMoment(String id, Optional<UUID> node, long epoch, String operation, String at) {}
