package org.serai.storage.core.locks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.serai.cluster.ClusterError;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Grant;
import org.serai.cluster.Liveness;
import org.serai.cluster.Ownership.Owner;
import org.serai.ffdc.SeraiException;
import org.serai.storage.LockExplanation;
import org.serai.storage.Locks;
import org.serai.storage.LuKind;
import org.serai.storage.LuLock;
import org.serai.storage.core.attach.Attachments;
import org.serai.storage.core.attach.SpaceLock;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.Pairs;
import org.serai.storage.core.catalog.PartCatalog;
import org.serai.storage.core.catalog.PartRow;
import org.serai.storage.core.catalog.RedundancyRow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The LU status table, and what can be done about a lock. */
public final class LockService implements Locks {
    private static final Logger AUDIT = LoggerFactory.getLogger("org.serai.audit");
    private static final String OPERATION = "its dead holder's lock is being broken";

    private final Catalog catalog;
    private final Pairs pairs;
    private final PartCatalog parts;
    private final LockTable table;
    private final Explaining explaining;
    private final Attachments attachments;
    private final SpaceLock.Cluster cluster;

    /** Over rows and cluster services. */
    public LockService(
            Catalog catalog,
            Pairs pairs,
            PartCatalog parts,
            LockTable table,
            Attachments attachments,
            SpaceLock.Cluster cluster) {
        this.catalog = catalog;
        this.pairs = pairs;
        this.parts = parts;
        this.table = table;
        this.explaining = new Explaining(catalog, pairs, table, attachments, cluster);
        this.attachments = attachments;
        this.cluster = cluster;
    }

    @Override
    public List<LuLock> locks() {
        List<LuLock> all = new ArrayList<>();
        for (LuRow row : catalog.lus()) {
            if (row.kind() == LuKind.INTENT) {
                continue; // a part of a redundant LU that nobody can ask for
            }
            table.held(row).ifPresent(all::add);
            all.addAll(table.heldParts(row));
        }
        all.sort(Comparator.comparing(LuLock::luName)
                .thenComparing(lock -> lock.part().orElse("")));
        return List.copyOf(all);
    }

    @Override
    public LockExplanation explain(String lu) {
        return explaining.explain(catalog.lu(lu));
    }

    @Override
    public List<LuLock> breakLock(String lu, Consumer<String> progress) {
        return breakAll(lu, owner -> prove(owner, progress));
    }

    private DeathProof prove(Owner owner, Consumer<String> progress) {
        UUID node = owner.holder().orElseThrow();
        UUID incarnation = owner.incarnation().orElseThrow();
        if (node.equals(cluster.membership().self().id())) {
            if (incarnation.equals(cluster.membership().self().incarnation())) {
                throw lives(owner, "this node itself holds it, and is alive");
            }
            // This incarnation began only after the processes of the earlier ones were gone.
            return new DeathProof(
                    node, incarnation, DeathProof.Kind.NEWER_INCARNATION, 0, "this node has started anew since");
        }
        if (cluster.liveness().seen(node).state() == Liveness.State.ALIVE
                && cluster.membership()
                        .node(node)
                        .filter(found -> found.incarnation().equals(incarnation))
                        .isPresent()) {
            throw lives(owner, "node " + table.nodeName(node) + " holds it, and is alive");
        }
        return cluster.liveness().prove(node, incarnation, progress);
    }

    private static SeraiException lives(Owner owner, String why) {
        return ClusterError.ALIVE.error(
                "The lock cannot be broken",
                why + ", for " + owner.operation(),
                "end that there; only the lock of a holder that is proven dead can be broken");
    }

    @Override
    public List<LuLock> breakLock(String lu, DeathProof proof) {
        return breakAll(lu, _ -> proof);
    }

    /** What belongs to the LU first, the LU itself last: while it is held nobody begins anything with it. */
    private List<LuLock> breakAll(String lu, Function<Owner, DeathProof> proofs) {
        LuRow row = catalog.lu(lu);
        List<LuLock> broken = new ArrayList<>();
        for (PartRow part : parts.of(row.id())) {
            broken(part.object(), row, proofs).map(_ -> table.last(row, part)).ifPresent(broken::add);
        }
        Optional<RedundancyRow> pair =
                pairs.with(row.id()).filter(found -> found.lu().equals(row.id()));
        for (UUID made : pair.map(RedundancyRow::made).orElse(List.of())) {
            Optional<LuRow> its = catalog.lu(made);
            its.flatMap(found -> broken(found.object(), found, proofs).map(_ -> table.last(found)))
                    .ifPresent(broken::add);
        }
        broken(row.object(), row, proofs).map(_ -> table.last(row)).ifPresent(broken::add);
        return List.copyOf(broken);
    }

    private Optional<Grant> broken(String object, LuRow row, Function<Owner, DeathProof> proofs) {
        Optional<Owner> owner =
                table.current(object).filter(found -> found.holder().isPresent());
        if (owner.isEmpty()) {
            return Optional.empty();
        }
        DeathProof proof = proofs.apply(owner.get());
        // The storage refuses the dead holder before anybody else can have the LU.
        attachments
                .find(row.pool())
                .ifPresent(there -> SpaceLock.fence(there.store().fence(), proof));
        Grant grant = table.takeOver(object, OPERATION, proof);
        table.release(grant, owner.get());
        AUDIT.info(
                "the lock {} of LU {} was broken; node {} held it for {}; proof: {}, {}",
                object,
                row.name(),
                table.nodeName(proof.node()),
                owner.get().operation(),
                proof.kind(),
                proof.explanation());
        return Optional.of(grant);
    }
}
