package org.serai.storage.core.redundancy;

import org.serai.database.Table;

/** What storage has to know of a virtual adapter: whose it is. */
@Table("adapter")
record AdapterRef(long id, long client) {}
