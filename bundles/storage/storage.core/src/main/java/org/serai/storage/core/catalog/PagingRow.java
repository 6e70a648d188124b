package org.serai.storage.core.catalog;

import java.util.UUID;
import org.serai.database.Table;

/** A row of paging: an LU that is given to a partition. */
@Table("paging")
public record PagingRow(UUID lu, UUID lpar) {}
