package org.serai.storage.core.redundancy;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.serai.cluster.Journal;
import org.serai.cluster.Node;
import org.serai.ffdc.SeraiException;
import org.serai.storage.CopySpec;
import org.serai.storage.LuKind;
import org.serai.storage.LuSpec;
import org.serai.storage.RedundantLu.State;
import org.serai.storage.StorageError;
import org.serai.storage.TierName;
import org.serai.storage.core.attach.SpaceLock;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.Moment;
import org.serai.storage.core.catalog.Moments;
import org.serai.storage.core.catalog.Pairs;
import org.serai.storage.core.catalog.RedundancyRow;
import org.serai.storage.core.catalog.RowState;
import org.serai.storage.core.catalog.Tiers;
import org.serai.storage.core.lu.HeldLu;
import org.serai.storage.core.lu.LuOperations;
import org.serai.storage.core.lu.OpenLus;
import org.serai.storage.spi.LuStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds and removes copies. The ids of the LUs that are made or deleted are in the journal before: those of an entry whose
 * node is over are deleted unless a redundant LU needs them.
 */
public final class Copying {
    private static final Logger LOG = LoggerFactory.getLogger(Copying.class);
    private static final String KIND = "lu-copy";

    private final PairWriting with;
    private final Catalog catalog;
    private final Tiers tiers;
    private final Pairs pairs;
    private final OpenLus open;
    private final LuOperations lus;
    private final Mirrors mirrors;
    private final Journal journal;
    private final SpaceLock.Cluster cluster;
    private final Supplier<UUID> ids;

    /** Over rows, LUs and the journal. */
    public Copying(
            PairWriting with,
            Catalog catalog,
            Tiers tiers,
            Pairs pairs,
            OpenLus open,
            LuOperations lus,
            Mirrors mirrors,
            Journal journal,
            SpaceLock.Cluster cluster,
            Supplier<UUID> ids) {
        this.with = with;
        this.catalog = catalog;
        this.tiers = tiers;
        this.pairs = pairs;
        this.open = open;
        this.lus = lus;
        this.mirrors = mirrors;
        this.journal = journal;
        this.cluster = cluster;
        this.ids = ids;
    }

    RedundancyRow add(CopySpec spec) {
        LuRow seen = catalog.lu(spec.lu());
        return open.using(seen, "being given a copy", held -> add(spec, held));
    }

    private RedundancyRow add(CopySpec spec, HeldLu held) {
        LuRow row = held.row();
        requireNoCopy(pairs, row);
        TierName here = tiers.name(tiers.tier(row.tier()).orElseThrow());
        Apart.require(tiers, spec.tier(), row, "the copy of LU " + row.name());
        RedundancyRow pair = new RedundancyRow(
                row.id(),
                ids.get(),
                ids.get(),
                ids.get(),
                MirrorOpening.regionBytes(row.sizeBytes()),
                State.COPY_BEHIND,
                "it is new",
                row.sizeBytes());
        Journal.Entry entry = journal.begin(KIND, row.object(), text(pair.made()));
        boolean done = false;
        try {
            lus.create(intent(row, here, pair.intent()), pair.intent());
            lus.create(intent(row, spec.tier(), pair.copyIntent()), pair.copyIntent());
            lus.create(
                    new LuSpec(spec.copy(), spec.tier(), row.client(), row.kind(), row.sizeBytes(), row.thick()),
                    pair.copy());
            with.database().write(transaction -> {
                with.locks().require(transaction, held.grant());
                Moments.put(
                        transaction,
                        new Moment(
                                pair.moment(),
                                Optional.of(held.grant().node()),
                                held.grant().epoch(),
                                "made"));
                return transaction.insert(pair);
            });
            done = true;
        } finally {
            if (!done) {
                clear(entry);
            }
        }
        journal.end(entry, Journal.State.DONE, entry.detail());
        putBefore(held, pair);
        return pair;
    }

    static void requireNoCopy(Pairs pairs, LuRow row) {
        if (pairs.with(row.id()).isPresent() || row.kind() == LuKind.INTENT) {
            throw StorageError.NOT_REDUNDANT.error(
                    "LU " + row.name() + " cannot be given a copy",
                    "it has one, or is one",
                    "look at redundant LUs; an LU has one copy at most");
        }
    }

    private static LuSpec intent(LuRow row, TierName tier, UUID id) {
        return new LuSpec("intent-" + id, tier, row.client(), LuKind.INTENT, MirrorOpening.intentBytes(), false);
    }

    /** An LU that is in use goes on over a mirror: calls under way on its store alone are done again on both sides. */
    private void putBefore(HeldLu held, RedundancyRow pair) {
        if (open.openHere(held.row().id()).isEmpty()) {
            return; // the next one who opens it gets the mirror
        }
        LuStore store = held.store();
        MirrorStore mirror = mirrors.before(held.row(), pair, held.grant(), store);
        if (!open.exchange(held.row().id(), store, mirror)) {
            mirror.leaveToPrimary();
            LOG.info("LU {} has its copy from its next opening on", held.row().name());
        }
    }

    void remove(LuRow seen) {
        open.using(seen, "losing its copy", held -> {
            remove(held);
            return seen;
        });
    }

    private void remove(HeldLu held) {
        LuRow row = held.row();
        RedundancyRow pair = pairs.current(row.id()).orElseThrow(() -> RedundancyService.notRedundant(row.name()));
        Journal.Entry entry = journal.begin(KIND, row.object(), text(pair.made()));
        boolean done = false;
        try {
            with.database().write(transaction -> {
                with.locks().require(transaction, held.grant());
                RedundancyRow now =
                        transaction.get(RedundancyRow.class, row.id()).orElse(pair);
                if (now.state() == State.PRIMARY_BEHIND) {
                    throw StorageError.NOT_SYNCHRONOUS.error(
                            "The copy of LU " + row.name() + " cannot be removed",
                            "only the copy holds everything: " + now.reason(),
                            "make the copy the LU with lu:promote, or wait until the LU is resynchronised");
                }
                transaction.delete(RedundancyRow.class, row.id());
                return now;
            });
            done = true;
        } finally {
            if (!done) {
                journal.end(entry, Journal.State.UNDONE, entry.detail());
            }
        }
        mirrors.openHere(row.id()).ifPresent(mirror -> leave(row, mirror));
        clear(entry);
    }

    private void leave(LuRow row, MirrorStore mirror) {
        LuStore alone = mirror.primaryStore();
        open.exchange(row.id(), mirror, alone);
        mirror.leaveToPrimary();
    }

    /** Ends an entry: deletes its LUs unless they are needed. */
    private boolean clear(Journal.Entry entry) {
        List<UUID> made = ids(entry.detail());
        try {
            boolean needed = pairs.with(made.getFirst()).isPresent();
            for (UUID id : needed ? List.<UUID>of() : made) {
                catalog.lu(id).filter(row -> row.state() == RowState.ONLINE).ifPresent(lus::deleteLeft);
            }
            journal.end(entry, needed ? Journal.State.DONE : Journal.State.UNDONE, entry.detail());
            return true;
        } catch (SeraiException e) {
            LOG.info("What was made for a copy of {} is cleared later: {}", entry.object(), e.getMessage());
            return false;
        }
    }

    /** Clears what nodes that are over left behind; whether nothing is left. */
    public boolean clearLeft() {
        boolean all = true;
        for (Journal.Entry entry : journal.open(KIND)) {
            // That another node dies changes nothing in the database: it is looked at again.
            all &= isOver(entry) ? clear(entry) : isOwn(entry);
        }
        return all;
    }

    private boolean isOwn(Journal.Entry entry) {
        return entry.node().equals(cluster.membership().self().id());
    }

    private boolean isOver(Journal.Entry entry) {
        Node self = cluster.membership().self();
        if (isOwn(entry)) {
            return !entry.incarnation().equals(self.incarnation());
        }
        return switch (cluster.liveness().seen(entry.node()).state()) {
            case DEAD, STOPPED -> isProven(entry);
            case ALIVE, SUSPECT, UNKNOWN -> false;
        };
    }

    /** What is seen of a node may still be its former start, while the entry is of one that has just begun. */
    private boolean isProven(Journal.Entry entry) {
        try {
            cluster.liveness().prove(entry.node(), entry.incarnation(), told -> LOG.debug("{}", told));
            return true;
        } catch (SeraiException e) {
            LOG.debug("What was made for a copy of {} is left: {}", entry.object(), e.getMessage());
            return false;
        }
    }

    private static String text(List<UUID> ids) {
        return ids.stream().map(UUID::toString).collect(Collectors.joining("\",\"", "[\"", "\"]"));
    }

    private static List<UUID> ids(String detail) {
        return Arrays.stream(detail.replaceAll("[\\[\\]\" ]", "").split(","))
                .map(UUID::fromString)
                .toList();
    }
}
