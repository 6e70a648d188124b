package org.serai.storage.extent.lu;

import org.serai.storage.Progress;
import org.serai.storage.spi.Clones;

/** An open clone. */
public final class ExtentClone extends ExtentLu implements Clones.Clone {
    ExtentClone(LuCore core, boolean shared) {
        super(core, shared);
    }

    @Override
    public void flatten(Progress progress) {
        copyOrigin(progress);
    }
}
