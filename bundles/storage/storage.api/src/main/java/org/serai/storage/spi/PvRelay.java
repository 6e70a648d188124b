package org.serai.storage.spi;

import java.io.IOException;
import java.util.UUID;
import org.osgi.annotation.versioning.ProviderType;

/** Ways to PVs of a pool through other nodes, for a store that does not reach them itself. */
@ProviderType
public interface PvRelay {
    /** No way. */
    PvRelay NONE = new PvRelay() {
        @Override
        public boolean isOffered() {
            return false;
        }

        @Override
        public Way open(UUID pv) throws IOException {
            throw new IOException("no neighbour is asked");
        }
    };

    /** Whether there may be ways now. */
    boolean isOffered();

    /**
     * Opens a way through a neighbour that reaches the PV itself. Nothing that the caller wrote to the PV by another way
     * may still be on its way.
     */
    Way open(UUID pv) throws IOException;

    /**
     * A way to a PV. As with a disk that hangs, a call whose answer does not come returns only when it is certain that the
     * neighbour will not do it any more.
     */
    @ProviderType
    interface Way extends PvAccess, AutoCloseable {
        /** The name of the neighbour. */
        String neighbour();

        /** Ends the way; a read that is under way may fail. Nothing is being written by it any more. */
        @Override
        void close();
    }
}
