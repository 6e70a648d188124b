package org.serai.storage.simulated;

import org.serai.storage.Progress;
import org.serai.storage.spi.Clones;
import org.serai.storage.spi.PoolContext;

/** An open LU that began as a snapshot of another one. */
final class SimulatedClone extends SimulatedLu implements Clones.Clone {
    SimulatedClone(Image image, PoolContext context, long epoch) {
        super(image, context, epoch);
    }

    @Override
    public void flatten(Progress progress) {
        change(image -> image.flatten(progress));
    }
}
