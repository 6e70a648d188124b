package org.serai.storage.extent;

import java.io.IOException;
import java.nio.file.Path;

/** A PV cannot be reached just now. */
final class PvAwayException extends IOException {
    private static final long serialVersionUID = 1;

    PvAwayException(Path path, String why) {
        super("PV " + path + " cannot be reached: " + why);
    }
}
