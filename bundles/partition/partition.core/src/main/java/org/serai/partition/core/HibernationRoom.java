package org.serai.partition.core;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.serai.ffdc.SeraiException;
import org.serai.partition.PartitionError;
import org.serai.partition.core.record.LparRow;
import org.serai.storage.Lu;
import org.serai.storage.LuKind;
import org.serai.storage.LuSpec;
import org.serai.storage.OpenLu;
import org.serai.storage.Pool;
import org.serai.storage.StorageError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the room for a hibernation image before anything stops: an LU that is there and unused, else a new thin one. */
final class HibernationRoom {
    /** The key under which the journal has the name of the LU. */
    static final String LU_NAME = "lu_name";

    private static final Logger LOG = LoggerFactory.getLogger(HibernationRoom.class);
    private static final String SUFFIX = ".hibernation";
    private static final int NAMES = 9;
    private static final long MIB = 1 << 20;
    private static final long DEVICES_BYTES = 64 * MIB;

    private final PartitionContext context;

    HibernationRoom(PartitionContext context) {
        this.context = context;
    }

    /** An LU that is held for an image. */
    record Room(Lu lu, OpenLu open) {}

    /** Whether hibernation made an LU itself, and so may delete it; an operator's own one is kept. */
    static boolean isOwn(LparRow row, Lu lu) {
        String name = lu.name();
        String first = row.name() + SUFFIX;
        return lu.kind() == LuKind.HIBERNATION
                && name.startsWith(first)
                && name.substring(first.length()).matches("(\\.[2-9])?");
    }

    /** What an image can take at most: all memory incompressible, devices, and the headers of chunks. */
    static long neededBytes(LparRow row) {
        long bytes = row.memoryBytes() + row.memoryBytes() / 64 + DEVICES_BYTES;
        return (bytes + MIB - 1) / MIB * MIB;
    }

    /**
     * What an image is expected to take, for which space is taken before the partition is paused: memory that was never
     * written is left out, the rest is compressed.
     */
    static long expectedBytes(LparRow row) {
        return row.memoryBytes() / 2 / MIB * MIB;
    }

    /** Finds room, and holds it. */
    Room find(LparRow row, List<Lu> disks, Operation operation) {
        Pool pool = pool(row, disks);
        for (Lu lu : unused(row, pool)) {
            operation.note(LU_NAME, lu.name());
            operation.step("room", "Using LU " + lu.name() + " for the image.");
            Optional<Room> room = hold(row, lu);
            if (room.isPresent()) {
                return room.get();
            }
        }
        Lu made = make(row, pool, operation);
        operation.tell("Made LU " + made.name() + " in pool " + pool.name() + " for the image.");
        return hold(row, made)
                .orElseThrow(() -> PartitionError.NO_ROOM.error(
                        "There is no room for the image of partition " + row.name(),
                        "LU " + made.name() + " was taken by somebody else as soon as it was made",
                        "try again"));
    }

    private Stream<Lu> hibernationLus(LparRow row, Pool pool) {
        return context.storage().lus().stream()
                .filter(lu -> lu.kind() == LuKind.HIBERNATION
                        && lu.clientId() == row.client()
                        && lu.pool().equals(pool.id()));
    }

    private List<Lu> unused(LparRow row, Pool pool) {
        return hibernationLus(row, pool)
                .filter(lu -> lu.sizeBytes() >= neededBytes(row)
                        && lu.lock().isEmpty()
                        && lu.state().equals("online")
                        && !context.records().holdsImage(lu.id()))
                .sorted(Comparator.comparingLong(Lu::sizeBytes))
                .toList();
    }

    /** Opens an LU unless another one was quicker, or has put an image there meanwhile. */
    private Optional<Room> hold(LparRow row, Lu lu) {
        OpenLu open;
        try {
            open = context.storage().open(lu.id(), row.client(), "hibernation of " + row.name());
        } catch (SeraiException e) {
            if (e.code() != StorageError.LU_LOCKED) {
                throw e;
            }
            LOG.info("LU {} is not free any more: {}", lu.name(), e.getMessage());
            return Optional.empty();
        }
        if (context.records().holdsImage(lu.id())) {
            open.close();
            return Optional.empty();
        }
        return Optional.of(new Room(lu, open));
    }

    private Lu make(LparRow row, Pool pool, Operation operation) {
        long sizeBytes = neededBytes(row);
        for (int i = 1; i <= NAMES; i++) {
            String name = row.name() + SUFFIX + (i == 1 ? "" : "." + i);
            if (context.storage().lus().stream().anyMatch(lu -> lu.name().equals(name))) {
                continue;
            }
            operation.note(LU_NAME, name);
            operation.step("make_room", "Making a thin LU " + name + " of " + sizeBytes + " bytes for the image.");
            operation.undo("deleting the image's LU", () -> delete(row, name));
            try {
                return context.storage()
                        .createLu(new LuSpec(name, pool.name(), row.client(), LuKind.HIBERNATION, sizeBytes, false));
            } catch (SeraiException e) {
                if (e.code() == StorageError.POOL_FULL) {
                    throw PartitionError.NO_ROOM.error(
                            "There is no room for the image of partition " + row.name(),
                            e.reason(),
                            "free space in pool " + pool.name() + " or extend it; the partition runs on",
                            e);
                }
                if (e.code() != StorageError.LU_EXISTS) {
                    throw e;
                }
                LOG.info("LU {} was made by somebody else just now", name);
            }
        }
        throw PartitionError.NO_ROOM.error(
                "There is no room for the image of partition " + row.name(),
                "all names from " + row.name() + SUFFIX + " to " + row.name() + SUFFIX + "." + NAMES + " are taken",
                "delete the LUs of these names that are not needed");
    }

    /** An LU that came to hold an image, or belongs to somebody else, is not this operation's to delete. */
    private void delete(LparRow row, String name) {
        context.storage().lus().stream()
                .filter(lu -> lu.name().equals(name) && lu.clientId() == row.client() && isOwn(row, lu))
                .filter(lu -> !context.records().holdsImage(lu.id()))
                .forEach(lu -> context.storage().deleteLu(name));
    }

    private Pool pool(LparRow row, List<Lu> disks) {
        if (!disks.isEmpty()) {
            return context.storage().pool(disks.getFirst().poolName());
        }
        return context.storage().pools().stream()
                .filter(Pool::attached)
                .findFirst()
                .orElseThrow(() -> PartitionError.NO_ROOM.error(
                        "There is no room for the image of partition " + row.name(),
                        "this node has no pool attached",
                        "make one with pool:create"));
    }
}
