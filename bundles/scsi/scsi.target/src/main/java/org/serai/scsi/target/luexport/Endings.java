package org.serai.scsi.target.luexport;

import org.serai.ffdc.SeraiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How what is exported ends with its node. */
final class Endings {
    private static final Logger LOG = LoggerFactory.getLogger(Endings.class);

    private Endings() {}

    /** Ends something; that a PV is away just then keeps nothing else from being ended, and is told in one line. */
    static void quietly(String what, Runnable ending) {
        try {
            ending.run();
        } catch (SeraiException e) {
            LOG.warn("{} was not ended in order: {}", what, e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("{} was not ended in order", what, e);
        }
    }
}
