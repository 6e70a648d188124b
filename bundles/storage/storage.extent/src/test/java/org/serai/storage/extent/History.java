package org.serai.storage.extent;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What was done to the PVs of a pool, in one order. */
final class History {
    /** Something that changes what a disk holds after a crash. */
    sealed interface Event {
        Path disk();
    }

    /** A write; {@code data} is null for zeros. */
    record Write(Path disk, long offset, long length, byte[] data) implements Event {}

    /** Makes durable what was written to that disk before. */
    record Sync(Path disk) implements Event {}

    private final List<Event> events = new ArrayList<>();

    synchronized void add(Event event) {
        events.add(event);
    }

    synchronized int size() {
        return events.size();
    }

    synchronized List<Event> events() {
        return List.copyOf(events);
    }
}
