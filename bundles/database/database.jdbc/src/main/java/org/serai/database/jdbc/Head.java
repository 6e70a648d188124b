package org.serai.database.jdbc;

import java.util.Optional;

/**
 * The last commit of a database, or the last one that a node has seen of it.
 *
 * @param mark what tells it from another commit of the same revision; empty if that is not known
 */
record Head(long revision, Optional<String> mark) {
    /** Whether a commit of this revision is surely another one. */
    boolean isOtherThan(Optional<String> found) {
        return mark.isPresent() && found.isPresent() && !mark.equals(found);
    }

    /** @param text as {@link #toText} made it */
    static Head of(String text) {
        String[] parts = text.split(" ", 2);
        return new Head(Long.parseLong(parts[0]), parts.length > 1 ? Optional.of(parts[1]) : Optional.empty());
    }

    /** The revision, and the mark after a space. */
    String toText() {
        return revision + mark.map(text -> " " + text).orElse("");
    }
}
