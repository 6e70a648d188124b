package org.serai.storage;

import java.util.List;
import java.util.UUID;
import org.osgi.annotation.versioning.ProviderType;

/** Long work on storage that is under way at any node. A service while this node belongs to a cluster. */
@ProviderType
public interface LongWork {
    /** All of it, oldest first. */
    List<Entry> entries();

    /** Asks for the end of long work, at whatever node it is; it ends with {@link StorageError#CANCELLED} there. */
    void cancel(UUID token);

    /**
     * Long work.
     *
     * @param token its operation token, as in the journal
     * @param kind for example {@code lu-move}
     * @param what what it works on, in words
     * @param nodeName the node that does it
     * @param done units done, bytes if nothing else is said; known with a delay of seconds on other nodes
     * @param total units in all, 0 if not known yet
     * @param cancelled whether its end was asked for
     * @param running whether its node still is at it; otherwise it was cut off, and goes on when it is asked for again
     */
    record Entry(
            UUID token,
            String kind,
            String what,
            String nodeName,
            long done,
            long total,
            boolean cancelled,
            boolean running) {}
}
