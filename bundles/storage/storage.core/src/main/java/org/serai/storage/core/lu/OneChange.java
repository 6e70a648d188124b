package org.serai.storage.core.lu;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.serai.storage.StorageError;
import org.serai.storage.core.catalog.LuRow;

/**
 * What is being changed about LUs at this node: one thing at a time for each. A change that comes meanwhile is refused; it
 * waits where the node only clears what an earlier one left, of which nobody knows.
 */
final class OneChange {
    private final Map<UUID, Doing> doing = new ConcurrentHashMap<>();

    private record Doing(String what, boolean clears, CompletableFuture<Void> ended) {
        Doing(String what, boolean clears) {
            this(what, clears, new CompletableFuture<>());
        }
    }

    /** Begins a change; {@link StorageError#LU_LOCKED} if there is one. */
    void begin(LuRow lu, String what) {
        begin(lu, new Doing(what, false));
    }

    /** Begins to clear; {@link StorageError#LU_LOCKED} if there is a change. */
    void beginClearing(LuRow lu, String what) {
        begin(lu, new Doing(what, true));
    }

    private void begin(LuRow lu, Doing what) {
        for (Doing earlier; (earlier = doing.putIfAbsent(lu.id(), what)) != null; ) {
            refuseOrAwait(lu, earlier);
        }
    }

    /** {@link StorageError#LU_LOCKED} if there is a change. */
    void requireNone(LuRow lu) {
        Optional.ofNullable(doing.get(lu.id())).ifPresent(now -> refuseOrAwait(lu, now));
    }

    private static void refuseOrAwait(LuRow lu, Doing now) {
        if (!now.clears()) {
            throw StorageError.LU_LOCKED.error(
                    "LU " + lu.name() + " is being changed",
                    "it is " + now.what() + " at this node",
                    "wait for that to end, or cancel it");
        }
        now.ended().join();
    }

    /** It has ended. */
    void end(UUID lu) {
        Optional.ofNullable(doing.remove(lu)).ifPresent(now -> now.ended().complete(null));
    }
}
