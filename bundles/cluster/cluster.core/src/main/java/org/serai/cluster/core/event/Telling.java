package org.serai.cluster.core.event;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import org.serai.cluster.EventFilter;
import org.serai.cluster.Events;
import org.serai.ffdc.SeraiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One listener and how far it has been told. It goes on from there until the listener has taken an event. */
final class Telling {
    private static final Logger LOG = LoggerFactory.getLogger(Telling.class);
    private static final int PORTION = 100;
    private static final int ACKNOWLEDGE_UNFIT_AFTER = 1000;

    private final Events events;
    private final EventFilter filter;
    private final Events.Listener listener;
    private final LongConsumer told;
    private final Executor executor;
    private final AtomicBoolean asked = new AtomicBoolean();
    private volatile boolean closed;
    private long position;
    private long acknowledged;
    private boolean missed;

    /**
     * Begins after a number.
     *
     * @param told is told how far the listener has everything
     */
    Telling(
            Events events,
            EventFilter filter,
            long after,
            Events.Listener listener,
            LongConsumer told,
            Executor executor) {
        this.events = events;
        this.filter = filter;
        this.position = after;
        this.acknowledged = after;
        this.listener = listener;
        this.told = told;
        this.executor = executor;
    }

    void close() {
        closed = true;
    }

    /** There may be something new. */
    void look() {
        if (asked.compareAndSet(false, true)) {
            executor.execute(this::tell);
        }
    }

    private void tell() {
        asked.set(false);
        try {
            while (!closed && portion()) {
                LOG.trace("events up to {} were told", position);
            }
        } catch (SeraiException later) {
            LOG.debug("events after {} are told later", position, later);
        } catch (RuntimeException failed) {
            LOG.warn("a listener failed at the event after {}; it is told again", position, failed);
        }
    }

    /** Whether there may be more. */
    private boolean portion() {
        var batch = events.after(position, filter, PORTION);
        missed |= batch.missed();
        for (var event : batch.events()) {
            if (closed) {
                return false;
            }
            listener.event(position, missed, event);
            missed = false;
            position = event.number();
        }
        position = batch.upTo();
        if (!batch.events().isEmpty()
                || position - acknowledged >= ACKNOWLEDGE_UNFIT_AFTER
                || position < acknowledged) {
            told.accept(position);
            acknowledged = position;
        }
        return batch.events().size() == PORTION;
    }
}
