package org.serai.partition.core;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.serai.cluster.Grant;
import org.serai.cluster.Journal;
import org.serai.ffdc.SeraiException;
import org.serai.partition.LparState;
import org.serai.partition.core.json.Json;
import org.serai.partition.core.record.ImageRow;
import org.serai.partition.core.record.LparRow;
import org.serai.partition.core.record.MappingRow;
import org.serai.partition.core.record.Records;
import org.serai.storage.Lu;
import org.serai.storage.LuKind;
import org.serai.storage.StorageError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finishes or undoes what an operation left behind whose node died. Done by whoever has just become the partition's
 * owner: then no machine of it exists, so that its state can only be stopped or hibernated.
 */
final class Settlement {
    private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);

    private final PartitionContext context;
    private final Unfinished unfinished;

    Settlement(PartitionContext context, Unfinished unfinished) {
        this.context = context;
        this.unfinished = unfinished;
    }

    /**
     * Settles a partition.
     *
     * @param claim the ownership
     * @param own the operation that settles, whose journal entry is not old
     * @return the partition as it is now
     */
    LparRow settle(Claims.Claim claim, LparRow known, Optional<UUID> own) {
        List<Journal.Entry> old = context.journal().of(known.object()).stream()
                .filter(e -> e.state() == Journal.State.RUNNING)
                .filter(e -> own.isEmpty() || !own.get().equals(e.token()))
                .filter(e -> isOver(e, claim))
                .toList();
        Optional<LparRow> found = context.records().lpar(known.id());
        Optional<ImageRow> image = context.records().image(known.id());
        Set<UUID> luIds = new LinkedHashSet<>();
        image.ifPresent(i -> luIds.add(i.lu()));
        old.forEach(e -> noted(e).ifPresent(lu -> luIds.add(lu.id())));

        Optional<LparRow> settled = found.map(row -> move(claim.grant(), row, image, old));
        List<Unfinished.Task> tasks = new ArrayList<>();
        for (UUID lu : luIds) {
            tasks.add(new Unfinished.Task("deleting an LU that holds no image", () -> discard(lu, known, claim)));
        }
        for (Journal.Entry entry : old) {
            LOG.info("partition {}: {} {} ended at step {}", known.name(), entry.kind(), entry.token(), entry.step());
            tasks.add(new Unfinished.Task(
                    "ending the journal entry of an operation whose node died", () -> end(entry, settled)));
        }
        unfinished.run(known.id(), tasks);
        return settled.orElse(known);
    }

    /**
     * Ends what earlier incarnations of this node began and never came to own: what they owned is settled by whoever
     * owns it now.
     */
    void endOwn(LparRow row) {
        context.journal().of(row.object()).stream()
                .filter(e -> e.state() == Journal.State.RUNNING)
                .filter(e -> e.node().equals(context.self().id()))
                .filter(e -> !e.incarnation().equals(context.self().incarnation()))
                .forEach(e -> context.journal().end(e, Journal.State.UNDONE, e.detail()));
    }

    /** An operation of a live node ends by itself: it was begun there and will not get the ownership. */
    private boolean isOver(Journal.Entry entry, Claims.Claim claim) {
        return entry.node().equals(context.self().id())
                || context.membership().node(entry.node()).isEmpty()
                || claim.proofs().isOver(entry.node(), entry.incarnation());
    }

    /** Gives back the LU locks that a dead node, or an earlier incarnation of this one, still holds for a partition. */
    void freeLus(Claims.Claim claim, LparRow row) {
        for (var adapter : context.records().adapters(row.id())) {
            for (MappingRow mapping : context.records().mappings(adapter.id())) {
                // Opening an LU of a sleeping partition would void the image: that is left to whoever wakes it.
                if (!isGivenBack(mapping.lu()) && row.state() != LparState.HIBERNATED) {
                    context.storage().lu(mapping.lu()).ifPresent(lu -> free(lu, row, claim));
                }
            }
        }
        context.records()
                .image(row.id())
                .filter(i -> !isGivenBack(i.lu()))
                .flatMap(i -> context.storage().lu(i.lu()))
                .ifPresent(lu -> free(lu, row, claim));
    }

    /**
     * Gives an LU back that an earlier incarnation of this node holds, under the epoch that it has. Nothing of the pool
     * is asked for: it may not be attached yet, and the partition is nobody else's meanwhile.
     */
    private boolean isGivenBack(UUID lu) {
        Optional<Grant> left = context.ownership()
                .owner(Disks.object(lu))
                .filter(o -> o.holder().equals(Optional.of(context.self().id()))
                        && !o.incarnation().equals(Optional.of(context.self().incarnation())))
                .map(Claims::grant);
        left.ifPresent(context.ownership()::release);
        return left.isPresent();
    }

    /** Deletes an LU in which an image was or was to be, unless it was there before or holds one now. */
    void discard(UUID id, LparRow row, Claims.Claim claim) {
        Optional<Lu> lu = context.storage().lu(id);
        if (lu.isEmpty() || context.records().holdsImage(id)) {
            return;
        }
        free(lu.get(), row, claim);
        if (HibernationRoom.isOwn(row, lu.get())) {
            unlessInUse(lu.get(), () -> context.storage().deleteLu(lu.get().name()));
        }
    }

    private void free(Lu lu, LparRow row, Claims.Claim claim) {
        boolean stale = lu.lock()
                .filter(l -> l.node().equals(context.self().id())
                        || claim.proofs().holderOf(Disks.object(lu.id())).isPresent())
                .isPresent();
        if (stale) {
            unlessInUse(
                    lu,
                    () -> Disks.open(context, lu, row.client(), "recovery of " + row.name(), claim.proofs())
                            .close());
        }
    }

    /**
     * What somebody uses meanwhile, be it this node for something else, is no longer left behind; and what is half made
     * or half deleted the storage itself clears.
     */
    private static void unlessInUse(Lu lu, Runnable work) {
        try {
            work.run();
        } catch (SeraiException e) {
            if (e.code() != StorageError.LU_LOCKED && e.code() != StorageError.NO_SUCH_LU) {
                throw e;
            }
            LOG.info("LU {} is left alone: {}", lu.name(), e.reason());
        }
    }

    private LparRow move(Grant grant, LparRow row, Optional<ImageRow> image, List<Journal.Entry> dead) {
        LparState next = outcome(row, image);
        if (next == row.state()) {
            return row;
        }
        LOG.info("partition {} was {} and is {}", row.name(), Records.word(row.state()), Records.word(next));
        return context.records().move(grant, row.id(), next, (tx, r) -> {
            if (next == LparState.STOPPED) {
                return Records.withoutImage(tx, r);
            }
            image.ifPresent(i -> tx.update(i.with(new DiskEpochs(context).leftBy(tx, r, i, dead))));
            return r;
        });
    }

    /** What a partition is of which no machine exists. */
    static LparState outcome(LparRow row, Optional<ImageRow> image) {
        boolean valid = image.filter(i -> i.epoch() == row.epoch()).isPresent();
        return switch (row.state()) {
            case HIBERNATED, RESUMING -> valid ? LparState.HIBERNATED : LparState.STOPPED;
            case STOPPED, STARTING, RUNNING, HIBERNATING, STOPPING -> LparState.STOPPED;
        };
    }

    /** The LU that the operation had noted by name before it made or used it. */
    private Optional<Lu> noted(Journal.Entry entry) {
        String name = Json.texts(entry.detail()).getOrDefault(HibernationRoom.LU_NAME, "");
        return context.storage().lus().stream()
                .filter(lu -> lu.name().equals(name) && lu.kind() == LuKind.HIBERNATION)
                .findFirst();
    }

    private void end(Journal.Entry entry, Optional<LparRow> row) {
        boolean done = switch (entry.kind()) {
            case Kinds.HIBERNATE ->
                row.filter(r -> r.state() == LparState.HIBERNATED).isPresent();
            case Kinds.STOP -> row.filter(r -> r.state() == LparState.STOPPED).isPresent();
            case Kinds.DELETE -> row.isEmpty();
            default -> false;
        };
        context.journal().end(entry, done ? Journal.State.DONE : Journal.State.UNDONE, entry.detail());
    }
}
