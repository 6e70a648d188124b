package org.serai.storage.extent.lu;

import java.io.IOException;
import org.serai.ffdc.SeraiException;
import org.serai.storage.extent.pv.PvAwayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the checksums of an open LU's data to where the data is, behind the writes. */
final class Settling {
    private static final Logger LOG = LoggerFactory.getLogger(Settling.class);

    private final LuCore core;

    Settling(LuCore core) {
        this.core = core;
    }

    /** Writes all checksums, durable at return, when nobody writes any more. */
    void all() throws IOException {
        try {
            boolean more = core.data.isUnsettled();
            while (more) {
                core.root.requireCurrent();
                more = core.data.settle(true);
            }
            core.flush.syncData();
        } catch (PvAwayException e) {
            LOG.warn("LU {} was closed without all of its checksums: {}", core.root.lu(), e.getMessage());
        }
    }

    /** Writes checksums of what nobody writes just now. */
    void some() {
        core.data.age();
        boolean more = core.data.isUnsettled();
        while (more) {
            more = batch();
        }
    }

    private boolean batch() {
        try {
            long stamp = core.gate.read();
            try {
                core.root.requireCurrent();
                return core.data.settle(false);
            } finally {
                core.gate.endRead(stamp);
            }
        } catch (IOException | SeraiException e) {
            // What is unsettled stays so, and is tried again.
            LOG.info("Checksums of LU {} were not written: {}", core.root.lu(), e.getMessage());
            return false;
        }
    }
}
