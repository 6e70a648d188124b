package org.serai.storage.core.redundancy;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.serai.cluster.Grant;
import org.serai.ffdc.SeraiException;
import org.serai.storage.Lu;
import org.serai.storage.RedundantLu.State;
import org.serai.storage.StorageError;
import org.serai.storage.core.attach.Attachment;
import org.serai.storage.core.attach.Attachments;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.Pairs;
import org.serai.storage.core.catalog.RedundancyRow;
import org.serai.storage.core.lu.OpenLus;
import org.serai.storage.core.lu.Settling;
import org.serai.storage.core.lu.StoreOpening;
import org.serai.storage.core.work.Works;
import org.serai.storage.spi.LuStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The redundant LUs that this node has open: opens both sides, brings back a side that was lost, copies what differs. */
public final class Mirrors implements StoreOpening {
    private static final Logger LOG = LoggerFactory.getLogger(Mirrors.class);
    /** The kind of long work that copies what differs. */
    static final String RESYNC = "lu-resync";

    private final Catalog catalog;
    private final Pairs pairs;
    private final Attachments attachments;
    private final Settling settling;
    private final Supplier<OpenLus> open;
    private final StoreOpening drivers;
    private final PairWriting with;
    private final Executor background;
    private final Executor flushing;
    private final Works works;
    private final Supplier<UUID> ids;
    private final Runnable ask;
    private final LostSides lost;
    private final Map<UUID, MirrorStore> mirrors = new ConcurrentHashMap<>();
    private final Set<MirrorStore> copying = ConcurrentHashMap.newKeySet();

    /**
     * Mirrors over what the drivers open.
     *
     * @param open the LUs that are open, known once everything is put together
     * @param background runs what takes long
     * @param flushing as in {@link MirrorStore}
     * @param works lists what takes long
     * @param ids names what is listed
     * @param ask asks for {@link #tend} soon, and again until it says that nothing is left
     */
    public Mirrors(
            Catalog catalog,
            Pairs pairs,
            Attachments attachments,
            Settling settling,
            Supplier<OpenLus> open,
            StoreOpening drivers,
            PairWriting with,
            Executor background,
            Executor flushing,
            Works works,
            Supplier<UUID> ids,
            Runnable ask) {
        this.catalog = catalog;
        this.pairs = pairs;
        this.attachments = attachments;
        this.settling = settling;
        this.open = open;
        this.drivers = drivers;
        this.with = with;
        this.background = background;
        this.flushing = flushing;
        this.works = works;
        this.ids = ids;
        this.ask = ask;
        this.lost = new LostSides(catalog, attachments);
    }

    @Override
    public LuStore open(LuRow row, Attachment attachment, Grant grant) {
        Optional<RedundancyRow> pair = pairs.current(row.id());
        return pair.isPresent()
                ? mirror(row, pair.get(), grant, () -> drivers.open(row, attachment, grant), false)
                : drivers.open(row, attachment, grant);
    }

    /** Puts a mirror before the store of an LU that is in use; whatever fails, the store stays open. */
    MirrorStore before(LuRow row, RedundancyRow pair, Grant grant, LuStore primary) {
        return mirror(row, pair, grant, () -> primary, true);
    }

    private MirrorStore mirror(LuRow row, RedundancyRow pair, Grant grant, Supplier<LuStore> primary, boolean inUse) {
        Supplier<Grant> lock = () -> open.get().grant(row.id()).orElse(grant);
        MirrorOpening opening = new MirrorOpening(row.name(), new DatabasePair(row.id(), lock, with), inUse, flushing);
        Optional<SideName> without = lost.of(pair);
        MirrorStore mirror = opening.open(
                pair.state(),
                pair.regionBytes(),
                () -> {
                    requireWhole(without, SideName.PRIMARY, row.name());
                    return half(row.name(), primary, pair.intent());
                },
                () -> {
                    requireWhole(without, SideName.COPY, row.name());
                    return copy(row, pair);
                },
                ask);
        mirrors.put(row.id(), mirror);
        ask.run();
        return mirror;
    }

    private static void requireWhole(Optional<SideName> without, SideName side, String lu) {
        if (without.filter(side::equals).isPresent()) {
            throw LostSides.error(side == SideName.PRIMARY ? lu : "the copy of " + lu);
        }
    }

    private Half copy(LuRow row, RedundancyRow pair) {
        LuRow copy = catalog.lu(pair.copy()).orElseThrow();
        return half(copy.name(), () -> opened(pair.copy(), Lu.Lock.MIRROR + row.name()), pair.copyIntent());
    }

    /** The intents first: they are cheap to open, and tell whether the side's PVs are there. */
    private Half half(String name, Supplier<LuStore> data, UUID intent) {
        LuStore intents = opened(intent, "as the intents of LU " + name);
        boolean done = false;
        try {
            Half half = new Half(name, data.get(), intents);
            done = true;
            return half;
        } finally {
            if (!done) {
                intents.close();
            }
        }
    }

    private LuStore opened(UUID lu, String operation) {
        LuRow row = catalog.lu(lu)
                .orElseThrow(() -> StorageError.NO_SUCH_LU.error(
                        "There is no LU " + lu, "it belonged to a redundant LU", "remove the copy and add it again"));
        return new OpenedStore(open.get().openWith(row, operation), open.get(), settling);
    }

    /** What a resynchronisation is called in the list of long work. */
    static String copyingWhat(String lu) {
        return "copying what differs between the sides of LU " + lu;
    }

    /** The mirror of an LU that this node has open. */
    Optional<MirrorStore> openHere(UUID primary) {
        return Optional.ofNullable(mirrors.get(primary))
                .filter(mirror -> !mirror.sides().isClosed());
    }

    /** Brings back what was lost and copies what differs; whether nothing is left to be tried again. */
    public boolean tend() {
        mirrors.values().removeIf(mirror -> mirror.sides().isClosed());
        boolean all = true;
        for (Map.Entry<UUID, MirrorStore> each : mirrors.entrySet()) {
            all &= tend(each.getKey(), each.getValue());
        }
        return all;
    }

    private boolean tend(UUID primary, MirrorStore mirror) {
        try {
            leaveLost(primary, mirror);
            join(primary, mirror);
        } catch (RuntimeException e) {
            LOG.info("A side of redundant LU {} stays away: {}", primary, e.getMessage());
        }
        Standing now = mirror.sides().standing();
        if (now.primary() && now.copy() && mirror.behindBytes() > 0) {
            background.execute(() -> resyncQuietly(primary, mirror));
        }
        return now.state() == State.SYNCHRONOUS && mirror.behindBytes() == 0;
    }

    /** Goes on without a side that lost data with a PV, before anybody finds that by reading it. */
    private void leaveLost(UUID primary, MirrorStore mirror) {
        Sides sides = mirror.sides();
        Standing now = sides.standing();
        Optional<RedundancyRow> pair = pairs.seen(primary).filter(_ -> now.primary() && now.copy());
        if (pair.filter(lost::isNews).isEmpty()) {
            return;
        }
        boolean done = false;
        try {
            lost.of(pair.get()).ifPresent(side -> {
                Half half = sides.half(side);
                sides.lose(side, half.store(), LostSides.error(half.lu()), false);
            });
            done = true;
        } finally {
            if (!done) {
                lost.forget(primary);
            }
        }
    }

    /**
     * LUs have lost data with a PV: redundant ones go on with their other side. One that another node has open is seen to
     * by that node.
     */
    public void gaveUp(Set<UUID> lossy, String reason) {
        for (RedundancyRow pair : pairs.all()) {
            if (lossy.contains(pair.lu()) || pair.made().stream().anyMatch(lossy::contains)) {
                try {
                    gaveUp(pair, reason);
                } catch (SeraiException e) {
                    LOG.info("Redundant LU {} is seen to when it is opened: {}", pair.lu(), e.getMessage());
                }
            }
        }
    }

    private void gaveUp(RedundancyRow seen, String reason) {
        Optional<MirrorStore> here = openHere(seen.lu());
        if (here.isPresent()) {
            lost.forget(seen.lu());
            leaveLost(seen.lu(), here.get());
            return;
        }
        LuRow row = catalog.lu(seen.lu()).orElseThrow();
        Grant grant = with.locks().acquire(row, "going on without a lost side");
        try {
            RedundancyRow pair = pairs.current(row.id()).orElse(seen);
            lost.of(pair)
                    .filter(side -> pair.state() != side.behind())
                    .ifPresent(side -> new DatabasePair(row.id(), () -> grant, with)
                            .note(side.behind(), reason, row.sizeBytes(), false));
        } finally {
            with.locks().release(grant);
        }
    }

    /** Lets a side take part again that was lost; of two callers the second one finds it done. */
    void join(UUID primary, MirrorStore mirror) {
        synchronized (mirror) {
            joinAlone(primary, mirror);
        }
    }

    private void joinAlone(UUID primary, MirrorStore mirror) {
        Sides sides = mirror.sides();
        Standing now = sides.standing();
        if (now.primary() && now.copy() || sides.isClosed()) {
            return;
        }
        LuRow row = catalog.lu(primary).orElseThrow();
        RedundancyRow pair = pairs.current(primary).orElseThrow();
        SideName side = now.primary() ? SideName.COPY : SideName.PRIMARY;
        requireWhole(lost.of(pair), side, row.name());
        catalog.lu(side == SideName.COPY ? pair.copy() : primary).ifPresent(this::lookForPvs);
        Half half =
                side == SideName.COPY ? copy(row, pair) : half(row.name(), () -> reopened(row, sides), pair.intent());
        boolean done = false;
        try {
            sides.join(side, half);
            done = true;
            LOG.info("{} takes part in redundant LU {} again", half.lu(), row.name());
        } finally {
            if (!done) {
                half.abandon();
            }
        }
    }

    /** A driver need not find by itself, at once, that a PV is back. */
    private void lookForPvs(LuRow side) {
        attachments.find(side.pool()).ifPresent(attachment -> attachment.store().pvs());
    }

    /** The driver opens nothing twice under one epoch. */
    private LuStore reopened(LuRow row, Sides sides) {
        Attachment attachment = attachments
                .find(row.pool())
                .orElseThrow(() -> StorageError.PV_AWAY.error(
                        "LU " + row.name() + " cannot be opened again", "its pool is not attached", "see to its PVs"));
        // No note is written meanwhile under the epoch that is over then.
        Grant renewed = open.get()
                .renew(row.id(), sides::alone)
                .orElseThrow(() -> StorageError.LU_CLOSED.error(
                        "LU " + row.name() + " cannot be opened again", "it was closed", "open it anew"));
        return drivers.open(row, attachment, renewed);
    }

    private void resyncQuietly(UUID primary, MirrorStore mirror) {
        if (!copying.add(mirror)) {
            return;
        }
        try {
            works.runUnasked(ids.get(), RESYNC, LuRow.object(primary), copyingWhat(mirror.name()), mirror::resync);
        } catch (SeraiException e) {
            LOG.info("What differs is copied later: {}", e.getMessage());
        } finally {
            copying.remove(mirror);
        }
    }
}
