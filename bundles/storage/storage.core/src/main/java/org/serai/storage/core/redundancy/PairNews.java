package org.serai.storage.core.redundancy;

import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.serai.storage.Redundancy;
import org.serai.storage.RedundantLu.State;
import org.serai.storage.StorageError;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.RedundancyRow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells that a redundant LU is degraded, or is so no more: a line in the log and an event. */
public final class PairNews {
    private static final Logger LOG = LoggerFactory.getLogger(PairNews.class);

    private final Catalog catalog;
    private final BiConsumer<String, Map<String, Object>> events;

    /** Tells events of a topic with their properties. */
    public PairNews(Catalog catalog, BiConsumer<String, Map<String, Object>> events) {
        this.catalog = catalog;
        this.events = events;
    }

    /** A pair has come into its state. */
    void tell(RedundancyRow now) {
        boolean degraded = now.state() != State.SYNCHRONOUS;
        String name = name(now.lu());
        String copy = name(now.copy());
        if (degraded) {
            String whole = now.state() == State.COPY_BEHIND ? name : copy;
            LOG.warn(
                    "{}: redundant LU {} is degraded: only {} holds everything; {}",
                    StorageError.DEGRADED.code(),
                    name,
                    whole,
                    now.reason());
        } else {
            LOG.info("{}: redundant LU {} is synchronous", StorageError.DEGRADED.code(), name);
        }
        events.accept(
                degraded ? Redundancy.DEGRADED : Redundancy.RESTORED,
                Map.of(
                        Redundancy.ID, now.lu().toString(),
                        Redundancy.NAME, name,
                        Redundancy.COPY, copy,
                        Redundancy.STATE, now.state().name(),
                        Redundancy.REASON, now.reason()));
    }

    private String name(UUID lu) {
        return catalog.lu(lu).map(LuRow::name).orElse(lu.toString());
    }
}
