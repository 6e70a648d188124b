package org.serai.simulator.storage;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.serai.cluster.spi.LeaseArea;

/** The slots of a pool, as they are on stable storage, and whom the storage refuses. */
public final class Pool {
    private final UUID id;
    private final boolean fences;
    private final byte[][] slots;
    private final Set<UUID> fenced = new HashSet<>();
    private long slotsRead;
    private long requests;

    /**
     * A pool whose slots were never written.
     *
     * @param fences whether its storage can refuse an incarnation of a node
     */
    public Pool(UUID id, int slots, boolean fences) {
        this.id = id;
        this.fences = fences;
        this.slots = new byte[slots][LeaseArea.SLOT_BYTES];
    }

    byte[] read(int slot) {
        slotsRead++;
        return slots[slot];
    }

    void requested() {
        requests++;
    }

    /** How many slots were read by all. */
    public long slotsRead() {
        return slotsRead;
    }

    /** How many requests for slots there were. */
    public long requests() {
        return requests;
    }

    /** Its id. */
    public UUID id() {
        return id;
    }

    /** Whether its storage can refuse an incarnation of a node. */
    public boolean fences() {
        return fences;
    }

    void fence(UUID incarnation) {
        fenced.add(incarnation);
    }

    boolean refuses(UUID incarnation) {
        return fenced.contains(incarnation);
    }

    void requireNotFenced(UUID incarnation) throws IOException {
        if (refuses(incarnation)) {
            throw new IOException("the storage refuses incarnation " + incarnation);
        }
    }

    byte[][] slots() {
        return slots;
    }
}
