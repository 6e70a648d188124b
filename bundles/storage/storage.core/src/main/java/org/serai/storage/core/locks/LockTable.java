package org.serai.storage.core.locks;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Grant;
import org.serai.cluster.Liveness;
import org.serai.cluster.Node;
import org.serai.cluster.Ownership.Owner;
import org.serai.database.Database;
import org.serai.storage.LuLock;
import org.serai.storage.core.attach.SpaceLock;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.Moments;
import org.serai.storage.core.catalog.PartCatalog;
import org.serai.storage.core.catalog.PartRow;

/** The lines of the LU status table: ownership rows, with the times that go with them. */
public final class LockTable {
    private final Database database;
    private final SpaceLock.Cluster cluster;
    private final Moments moments;
    private final PartCatalog parts;

    /** Over rows. */
    public LockTable(Database database, SpaceLock.Cluster cluster, Moments moments, PartCatalog parts) {
        this.database = database;
        this.cluster = cluster;
        this.moments = moments;
        this.parts = parts;
    }

    /** The lock of an LU, if it is held. */
    public Optional<LuLock> held(LuRow row) {
        return held(row, Optional.empty(), row.object());
    }

    /** The names of all its sub-partitions. */
    List<String> partNames(LuRow row) {
        return parts.of(row.id()).stream().map(PartRow::name).toList();
    }

    /** The locks of its sub-partitions that are held. */
    public List<LuLock> heldParts(LuRow row) {
        return parts.of(row.id()).stream()
                .flatMap(part -> heldPart(row, part).stream())
                .toList();
    }

    /** The lock of a sub-partition, if it is held. */
    public Optional<LuLock> heldPart(LuRow row, PartRow part) {
        return held(row, Optional.of(part.name()), part.object());
    }

    private Optional<LuLock> held(LuRow row, Optional<String> part, String object) {
        return cluster.ownership()
                .owner(object)
                .filter(owner -> owner.holder().isPresent())
                .map(owner -> line(
                        row,
                        part,
                        owner.holder().orElseThrow(),
                        owner.operation(),
                        owner.epoch(),
                        moments.lockedAt(object, owner.epoch()),
                        ""));
    }

    /** The lock of an LU that was given back last. */
    LuLock last(LuRow row) {
        return last(row, Optional.empty(), row.object()).orElseThrow();
    }

    /** That of a sub-partition. */
    LuLock last(LuRow row, PartRow part) {
        return last(row, Optional.of(part.name()), part.object()).orElseThrow();
    }

    Optional<LuLock> last(LuRow row, Optional<String> part, String object) {
        return moments.unlocked(object)
                .map(end -> line(
                        row,
                        part,
                        end.node().orElseThrow(),
                        end.operation(),
                        end.epoch(),
                        moments.lockedAt(object, end.epoch()),
                        end.at()));
    }

    private LuLock line(
            LuRow row, Optional<String> part, UUID node, String operation, long epoch, String since, String until) {
        List<String> inUse = part.isPresent() || !until.isEmpty()
                ? List.of()
                : heldParts(row).stream().map(lock -> lock.part().orElseThrow()).toList();
        Liveness.State state = cluster.membership().self().id().equals(node)
                ? Liveness.State.ALIVE
                : cluster.liveness().seen(node).state();
        return new LuLock(
                row.id(), row.name(), part, node, nodeName(node), state, operation, epoch, since, until, inUse);
    }

    String nodeName(UUID node) {
        return cluster.membership().node(node).map(Node::name).orElse(node.toString());
    }

    /** An object's row as the database itself has it. */
    Optional<Owner> current(String object) {
        return database.read(transaction -> cluster.ownership().owner(transaction, object));
    }

    Grant takeOver(String object, String operation, DeathProof proof) {
        return cluster.ownership().takeOver(object, operation, proof);
    }

    /** Gives back what was taken over, and notes that the lock of the one before ended so. */
    void release(Grant grant, Owner before) {
        Grant broken = new Grant(
                grant.object(),
                before.holder().orElseThrow(),
                before.incarnation().orElseThrow(),
                before.epoch(),
                before.operation() + " (broken)");
        cluster.ownership().release(grant, (transaction, _) -> Moments.unlocked(transaction, broken));
    }
}
