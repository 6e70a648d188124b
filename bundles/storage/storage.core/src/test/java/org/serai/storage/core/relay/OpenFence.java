package org.serai.storage.core.relay;

import java.util.List;
import org.serai.cluster.Fence;

/** A gate that is open. */
final class OpenFence implements Fence {
    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void check() {
        // It is open.
    }

    @Override
    public List<String> guarded() {
        return List.of();
    }

    @Override
    public Registration onChange(Listener listener) {
        return () -> {};
    }
}
