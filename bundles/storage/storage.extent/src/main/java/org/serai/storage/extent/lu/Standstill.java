package org.serai.storage.extent.lu;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.serai.storage.spi.Snapshots;

/** The time in which an LU does not change, until it is closed. */
final class Standstill implements Snapshots.Freeze {
    private final LuGate gate;
    private final Snapshotting snapshotting;
    private final AtomicBoolean over = new AtomicBoolean();

    /** Begins when the gate is frozen. */
    Standstill(LuGate gate, Snapshotting snapshotting) {
        this.gate = gate;
        this.snapshotting = snapshotting;
    }

    @Override
    public void snapshot(UUID snapshot) {
        snapshotting.take(snapshot);
    }

    @Override
    public void close() {
        if (over.compareAndSet(false, true)) {
            gate.thaw();
        }
    }
}
