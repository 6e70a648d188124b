package org.serai.storage.extent.pv;

import java.io.IOException;
import java.nio.file.Path;

/** A PV cannot be reached just now. */
public final class PvAwayException extends IOException {
    private static final long serialVersionUID = 1;

    /** A PV at a path cannot be reached, and why. */
    public PvAwayException(Path path, String why) {
        super("PV " + path + " cannot be reached: " + why);
    }
}
