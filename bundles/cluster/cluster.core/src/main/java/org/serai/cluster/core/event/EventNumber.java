package org.serai.cluster.core.event;

import org.serai.database.Table;

/** The number of an event. */
@Table("event")
record EventNumber(long number) {}
