package org.serai.cluster.spi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The lease area of a pool: one slot of {@link #SLOT_BYTES} for each node, written only by that node, read by all. A
 * write is on stable storage when it returns; a read never comes from a cache of this node.
 */
@ConsumerType
public interface LeaseArea {
    /** The size of a slot: what every disk writes atomically, with room for the record to grow. */
    int SLOT_BYTES = 512;

    /** The pool, in the log and in {@code node:list}. */
    UUID pool();

    /** How many slots there are. */
    int slots();

    /** How the pool's storage refuses a node, if it can. */
    default Optional<StorageFence> fence() {
        return Optional.empty();
    }

    /** Reads a slot into the buffer, {@link #SLOT_BYTES} from its position. A slot never written is all zero. */
    void read(int slot, ByteBuffer into) throws IOException;

    /**
     * Reads slots that lie one after the other into the buffer, {@link #SLOT_BYTES} each from its position, in as few
     * requests as the pool can.
     */
    default void read(int first, int count, ByteBuffer into) throws IOException {
        var start = into.position();
        for (var i = 0; i < count; i++) {
            read(first + i, into.position(start + i * SLOT_BYTES));
        }
        into.position(start + count * SLOT_BYTES);
    }

    /** Writes a slot from the buffer, {@link #SLOT_BYTES} from its position. */
    void write(int slot, ByteBuffer from) throws IOException;
}
