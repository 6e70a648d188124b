package org.serai.cluster.core.event;

import org.serai.database.Table;

/** A row of counter. */
@Table("counter")
public record CounterRow(String name, long value) {}
