package org.serai.database;

/**
 * One line of the change log.
 *
 * @param revision the commit's revision; commits have strictly rising revisions without gaps
 * @param table the table's name
 * @param key the row's primary key as text
 * @param kind what was done to the row
 */
public record Change(long revision, String table, String key, Kind kind) {
    /** What was done to a row. */
    public enum Kind {
        /** The row is new or has new values. */
        PUT,
        /** The row is gone. */
        DELETE
    }
}
