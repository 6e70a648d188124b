package org.serai.cluster.core.liveness;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.serai.cluster.DeathProof.Kind;

/** The question whether one incarnation of one node is over, from the moment when it was asked. */
final class Inquest {
    private final UUID node;
    private final UUID incarnation;
    private final Timing timing;
    private final Supplier<Collection<AttachedArea>> areas;
    private final Function<UUID, Optional<UUID>> registered;
    private final Evidence evidence;
    private final Map<UUID, Long> changesAtFirst = new HashMap<>();
    private final Map<UUID, Long> looksAtFirst = new HashMap<>();
    private boolean forced;

    /**
     * Asks.
     *
     * @param registered a node's incarnation as the database has it now; empty if that is not known
     */
    Inquest(
            UUID node,
            UUID incarnation,
            Timing timing,
            Supplier<Collection<AttachedArea>> areas,
            Function<UUID, Optional<UUID>> registered,
            Evidence evidence) {
        this.node = node;
        this.incarnation = incarnation;
        this.timing = timing;
        this.areas = areas;
        this.registered = registered;
        this.evidence = evidence;
    }

    /** What can be said now. */
    Verdict verdict() {
        var newer = registered.apply(node).filter(now -> !now.equals(incarnation));
        if (newer.isPresent()) {
            return new Verdict.Over(
                    Kind.NEWER_INCARNATION, "the node is registered with the newer incarnation " + newer.get());
        }
        return verdictOfPresent();
    }

    /** What can be said now of an incarnation that is the newest one known here, without a look into the database. */
    Verdict verdictOfPresent() {
        var known = evidence.known(node, incarnation);
        if (known.isPresent()) {
            return new Verdict.Over(known.get().kind(), known.get().explanation());
        }
        return fromSlots();
    }

    /**
     * What can be said now, by force if that is needed and there is a way: once, and not before the gate of the node has
     * closed by itself, so that nothing is turned off which may still come back in time.
     */
    Verdict verdictByForce() {
        var verdict = verdict();
        if (forced || !(verdict instanceof Verdict.Waiting waiting) || waiting.silentNs() < timing.serveNs()) {
            return verdict;
        }
        forced = true;
        return evidence.force(node, incarnation)
                .<Verdict>map(found -> new Verdict.Over(found.kind(), found.explanation()))
                .orElse(verdict);
    }

    private Verdict fromSlots() {
        var shown = 0;
        var leastSilentNs = Long.MAX_VALUE;
        for (var area : areas.get()) {
            var sighting = area.sightings().get(node);
            if (sighting == null || sighting.record().isEmpty()) {
                continue;
            }
            if (sighting.previousIncarnation().filter(incarnation::equals).isPresent()) {
                return new Verdict.Over(
                        Kind.NEWER_INCARNATION,
                        "its slot in pool " + area.pool() + " was taken over by" + " the incarnation "
                                + sighting.record().get().incarnation());
            }
            var record = sighting.record().get();
            if (!record.incarnation().equals(incarnation) || record.flag() == SlotRecord.Flag.DETACHED) {
                continue;
            }
            if (record.flag() == SlotRecord.Flag.GOODBYE) {
                return new Verdict.Over(Kind.GOODBYE, "it wrote its goodbye into pool " + area.pool());
            }
            if (showsLife(area, sighting)) {
                return new Verdict.Alive("it renews its lease in pool " + area.pool());
            }
            shown++;
            leastSilentNs = Math.min(leastSilentNs, sighting.silentNs());
        }
        if (shown == 0) {
            return isLookedForAnew() ? new Verdict.Nothing() : new Verdict.Waiting("its slots are looked at anew", 0);
        }
        return leastSilentNs >= timing.silenceNs() ? silence(shown, leastSilentNs) : waiting(leastSilentNs);
    }

    /** A node that has just started anew has written what was not looked at since: a look that began after the question is. */
    private boolean isLookedForAnew() {
        var all = true;
        for (var area : areas.get()) {
            var looks = area.looks();
            all &= looks - looksAtFirst.computeIfAbsent(area.pool(), pool -> looks) >= 2;
        }
        return all;
    }

    /** The first change that is seen may be older than the question; the second one is not. */
    private boolean showsLife(AttachedArea area, Sighting sighting) {
        var first = changesAtFirst.computeIfAbsent(area.pool(), pool -> sighting.changes());
        return sighting.changes() - first >= 2;
    }

    private static Verdict silence(int shown, long silentNs) {
        return new Verdict.Over(
                Kind.SILENCE,
                "its record stood still for %d ms in %d pool(s)"
                        .formatted(TimeUnit.NANOSECONDS.toMillis(silentNs), shown));
    }

    private Verdict waiting(long silentNs) {
        return new Verdict.Waiting(
                "silent for %d of %d ms"
                        .formatted(
                                TimeUnit.NANOSECONDS.toMillis(silentNs),
                                TimeUnit.NANOSECONDS.toMillis(timing.silenceNs())),
                silentNs);
    }
}
