package org.serai.database.jdbc;

/**
 * The engine's limits.
 *
 * @param keptRevisions how many revisions the change log keeps; a view that is further behind is read anew
 * @param pollMs how often the revision is read in case a hint was lost
 * @param busyTimeoutMs how long a writer waits for the writer before it
 * @param connectTimeoutMs how long a caller waits for a connection
 * @param readers connections for reading
 */
record Tuning(long keptRevisions, long pollMs, int busyTimeoutMs, int connectTimeoutMs, int readers) {
    static final Tuning DEFAULT = new Tuning(100_000, 1_000, 10_000, 3_000, 4);
}
