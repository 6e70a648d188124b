package org.serai.simulator.size;

/** What is measured, in the order of the table. */
enum Measure {
    /** All start at once; until each serves and knows all. */
    COLD_START("start of all nodes at once", "ms"),
    /** One more joins; until it serves and all know it. */
    JOIN("one more node joins, known by all", "ms"),
    /** A message to all with receipts. */
    BROADCAST("broadcast, all receipts are in", "ms"),
    /** An event, until the last listener of all nodes has it. */
    EVENT("event, told on every node", "ms"),
    /** The primary node dies; until another one acts. */
    ELECTION("primary node dies, another acts", "ms"),
    /** A node comes back that missed 200 changes. */
    RESYNC("node catches up with 200 changes", "ms"),
    /** When nothing happens. */
    STATEMENTS("database statements a node and minute, idle", ""),
    /** For each change that one node makes. */
    STATEMENTS_A_CHANGE("database statements of all nodes for one change", ""),
    /** When nothing happens. */
    REQUESTS("requests to read slots a node and minute", ""),
    /** When nothing happens. */
    SLOTS("slots read a node and minute", ""),
    /** When one node makes a change each second. */
    BYTES("bytes sent a node and minute, one change a second in the cluster", "");

    private final String words;
    private final String unit;

    Measure(String words, String unit) {
        this.words = words;
        this.unit = unit;
    }

    String words() {
        return unit.isEmpty() ? words : words + " (" + unit + ")";
    }
}
