package org.serai.storage.core.parts;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.serai.storage.OpenLu;

/** The LUs that this node holds for their sub-partitions, each open once for all of them. */
final class OpenParts {
    private final Map<UUID, Shared> shared = new HashMap<>();
    private final Map<UUID, PartView> views = new HashMap<>();

    /** An LU and how many use it. */
    private static final class Shared {
        final OpenLu lu;
        int users;

        Shared(OpenLu lu) {
            this.lu = lu;
        }
    }

    /** An LU to be used once more; opened by the first one. */
    synchronized OpenLu use(UUID lu, Supplier<OpenLu> opening) {
        Shared found = shared.computeIfAbsent(lu, _ -> new Shared(opening.get()));
        found.users++;
        return found.lu;
    }

    /** It is used once less; closed by the last one. */
    synchronized void leave(UUID lu) {
        Shared found = shared.get(lu);
        found.users--;
        if (found.users == 0) {
            shared.remove(lu);
            found.lu.close();
        }
    }

    /** Whether an LU is open for its sub-partitions. */
    synchronized boolean isShared(UUID lu) {
        return shared.containsKey(lu);
    }

    synchronized void opened(UUID part, PartView view) {
        views.put(part, view);
    }

    synchronized void closed(UUID part) {
        views.remove(part);
    }

    synchronized Optional<PartView> view(UUID part) {
        return Optional.ofNullable(views.get(part));
    }
}
