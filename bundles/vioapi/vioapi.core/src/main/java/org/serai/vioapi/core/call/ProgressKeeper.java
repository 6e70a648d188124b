package org.serai.vioapi.core.call;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.serai.ffdc.SeraiException;
import org.serai.vioapi.core.record.RequestLog;
import org.serai.vioapi.core.record.RequestRow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what a request tells of its progress in the VIOS DB, at most every two seconds. */
final class ProgressKeeper implements Consumer<String> {
    private static final Logger LOG = LoggerFactory.getLogger(ProgressKeeper.class);
    private static final long EVERY_NS = TimeUnit.SECONDS.toNanos(2);

    private final RequestLog log;
    private final RequestRow row;
    private long nextNs = System.nanoTime();

    ProgressKeeper(RequestLog log, RequestRow row) {
        this.log = log;
        this.row = row;
    }

    @Override
    public synchronized void accept(String sentence) {
        if (System.nanoTime() - nextNs < 0) {
            return;
        }
        nextNs = System.nanoTime() + EVERY_NS;
        try {
            log.at(row, sentence);
        } catch (SeraiException e) {
            // What is told of the work must not end it.
            LOG.debug("progress of request {} was not kept", row.id(), e);
        }
    }
}
