package org.serai.scsi.target.luexport;

import org.serai.scsi.target.export.Iqn;
import org.serai.storage.Lu;

/** The names of plain exports' targets. */
final class Targets {
    private static final String PREFIX = "iqn.2026-11.org.serai:lu.";
    private static final String READING_PREFIX = "iqn.2026-11.org.serai:lu-read.";

    private Targets() {}

    static String of(Lu lu) {
        return name(PREFIX, lu);
    }

    static String forReading(Lu lu) {
        return name(READING_PREFIX, lu);
    }

    /** The LU's name if an iSCSI name takes it as it is, its UUID otherwise: two names never fall together. */
    private static String name(String prefix, Lu lu) {
        String byName = prefix + lu.name();
        return Iqn.isName(byName) ? byName : prefix + lu.id();
    }
}
