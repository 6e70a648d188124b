package org.serai.storage.core.catalog;

import java.util.Optional;
import java.util.UUID;
import org.serai.database.Table;

/** A row of moment to be written; the database adds its own time. */
@Table("moment")
public record Moment(String id, Optional<UUID> node, long epoch, String operation) {}
