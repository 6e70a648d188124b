package org.serai.scsi.target.export;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.serai.scsi.spi.NexusOwner;

/** A transport that notes what it is told. */
final class TestOwner implements NexusOwner {
    private final List<Long> aborted = new CopyOnWriteArrayList<>();
    private volatile boolean dropped;

    /** The LUNs whose commands were aborted, in order. */
    List<Long> aborted() {
        return List.copyOf(aborted);
    }

    boolean isDropped() {
        return dropped;
    }

    @Override
    public void dropped() {
        dropped = true;
    }

    @Override
    public void abort(long lun) {
        aborted.add(lun);
    }
}
