package org.serai.shell.commands.storage;

import java.util.List;
import java.util.Optional;
import org.serai.cluster.Liveness;
import org.serai.shell.Plan;
import org.serai.shell.Size;
import org.serai.shell.commands.NodeServices;
import org.serai.storage.DiskGroups;
import org.serai.storage.Locks;
import org.serai.storage.Lu;
import org.serai.storage.LuChanges;
import org.serai.storage.LuLock;
import org.serai.storage.LuPart;
import org.serai.storage.OpenLu;
import org.serai.storage.Parts;
import org.serai.storage.Pool;
import org.serai.storage.Redundancy;
import org.serai.storage.RedundantLu;
import org.serai.storage.StorageError;
import org.serai.storage.TierName;

/** What making, deleting and exporting an LU would do, and what is in the way. */
final class LuPlans {
    private final NodeServices services;

    LuPlans(NodeServices services) {
        this.services = services;
    }

    Plan create(String name, TierName tier, String client, Size size, boolean thick) {
        return Plan.draft()
                .would("make LU " + name + " of " + size + " in " + tier + " for client " + client)
                .check(() -> services.clients().client(client))
                .check(() -> requireRoom(services.storage().pool(tier.pool()), size, thick))
                .check(() -> services.find(DiskGroups.class)
                        .filter(_ -> !tier.equals(TierName.defaultOf(tier.pool())))
                        .ifPresent(groups -> groups.tier(tier)))
                .require(
                        services.storage().lus().stream()
                                .noneMatch(lu -> lu.name().equals(name)),
                        StorageError.LU_EXISTS.code() + ": an LU " + name + " is there already")
                .require(
                        size.bytes() % OpenLu.BLOCK_BYTES == 0,
                        StorageError.BAD_SIZE.code() + ": " + size.bytes() + " bytes are not whole blocks of "
                                + OpenLu.BLOCK_BYTES)
                .plan();
    }

    private static void requireRoom(Pool pool, Size size, boolean thick) {
        pool.trouble().ifPresent(e -> {
            throw e;
        });
        long free = pool.sizeBytes() - pool.usedBytes();
        if (thick && size.bytes() > free) {
            throw StorageError.POOL_FULL.error(
                    "Pool " + pool.name() + " has no room for " + size,
                    Size.human(free) + " are free",
                    "delete something, add PVs, or make it thin");
        }
    }

    Plan delete(String name) {
        return Plan.draft()
                .would("delete LU " + name + " with all data on it")
                .check(() -> {
                    requireFree(services.storage().lu(name));
                    requireNoParts(name, "cannot be deleted", "part:delete deletes them first");
                    requireNoCopy(name);
                    requireNoClones(name);
                })
                .plan();
    }

    /** A node that is not alive is proven dead first. */
    Plan export(String name, String initiator) {
        Optional<LuLock> left = held(name).filter(lock -> lock.nodeState() != Liveness.State.ALIVE);
        String taking = left.map(lock -> "prove that node " + lock.nodeName() + " is dead, take over the lock of LU ")
                .orElse("take the lock of LU ");
        return Plan.draft()
                .would(taking + name + " and export it from this node to " + initiator)
                .check(() -> {
                    Lu lu = services.storage().lu(name);
                    requireNoneIsCopy(name);
                    if (left.isEmpty()) {
                        requireFree(lu);
                    }
                    requireNoParts(name, "cannot be opened as a whole", "open these, or delete them first");
                })
                .plan();
    }

    Plan exportForReading(String name, String initiator) {
        Optional<LuLock> held = held(name);
        Optional<RedundantLu> pair =
                mirrors().stream().filter(found -> found.luName().equals(name)).findFirst();
        String shown = held.flatMap(_ -> pair).map(RedundantLu::copyName).orElse(name);
        return Plan.draft()
                .would("export LU " + shown + (shown.equals(name) ? "" : ", the copy of LU " + name)
                        + ", for reading to " + initiator)
                .check(() -> services.storage().lu(name))
                .check(() -> held.ifPresent(lock -> requireReadableCopy(name, lock, pair)))
                .plan();
    }

    private static void requireReadableCopy(String name, LuLock lock, Optional<RedundantLu> pair) {
        String holder = "node " + lock.nodeName() + " holds it for " + lock.operation();
        if (pair.isEmpty()) {
            throw StorageError.LU_LOCKED.error(
                    "LU " + name + " cannot be read now",
                    holder + ", and it has no copy",
                    "wait for that to end, or give it a copy with lu:mirror, at the node that holds it");
        }
        if (pair.get().state() == RedundantLu.State.COPY_BEHIND) {
            throw StorageError.NOT_SYNCHRONOUS.error(
                    "LU " + name + " cannot be read now",
                    holder + ", and its copy " + pair.get().copyName() + " does not hold everything",
                    "wait until it is resynchronised: lu:mirrors");
        }
    }

    private Optional<LuLock> held(String name) {
        return services.find(Locks.class).map(Locks::locks).orElse(List.of()).stream()
                .filter(lock -> lock.luName().equals(name) && lock.part().isEmpty() && lock.isHeld())
                .findFirst();
    }

    private static void requireFree(Lu lu) {
        lu.lock().ifPresent(lock -> {
            throw StorageError.LU_LOCKED.error(
                    "LU " + lu.name() + " is in use",
                    "node " + lock.nodeName() + " holds it for " + lock.operation(),
                    Lu.Lock.ending(lu.name(), lock.operation(), lock.nodeName()).orElse("end that first"));
        });
    }

    private void requireNoParts(String name, String refused, String action) {
        List<String> parts = services.find(Parts.class).map(found -> found.parts(name)).orElse(List.of()).stream()
                .map(LuPart::name)
                .toList();
        if (!parts.isEmpty()) {
            throw StorageError.LU_LOCKED.error(
                    "LU " + name + " " + refused, "it has sub-partitions: " + String.join(", ", parts), action);
        }
    }

    private void requireNoCopy(String name) {
        requireNoneIsCopy(name);
        mirrors().stream()
                .filter(pair -> pair.luName().equals(name))
                .findFirst()
                .ifPresent(pair -> {
                    throw StorageError.LU_LOCKED.error(
                            "LU " + name + " cannot be deleted",
                            "it has the live copy " + pair.copyName(),
                            "lu:unmirror " + name + " gives that up first");
                });
    }

    private void requireNoneIsCopy(String name) {
        mirrors().stream()
                .filter(pair -> pair.copyName().equals(name))
                .findFirst()
                .ifPresent(pair -> {
                    throw StorageError.READ_ONLY.error(
                            "LU " + name + " cannot be used by itself",
                            "it is the live copy of LU " + pair.luName(),
                            "use that, or lu:unmirror " + pair.luName() + " gives the copy up");
                });
    }

    private void requireNoClones(String name) {
        services.find(LuChanges.class).map(changes -> changes.snapshots(name)).orElse(List.of()).stream()
                .filter(snapshot -> !snapshot.clones().isEmpty())
                .findFirst()
                .ifPresent(snapshot -> {
                    throw StorageError.SNAPSHOT_IN_USE.error(
                            "LU " + name + " cannot be deleted",
                            "LU " + snapshot.clones().getFirst() + " is a clone of its snapshot " + snapshot.name(),
                            "delete or flatten that clone first");
                });
    }

    private List<RedundantLu> mirrors() {
        return services.find(Redundancy.class).map(Redundancy::redundantLus).orElse(List.of());
    }
}
