package org.serai.storage.fault;

import java.lang.reflect.Method;
import java.util.Optional;

/** What faults are told apart by. */
public enum Operation {
    /** Reading an LU, and asking what is given of it. */
    READ,
    /** Writing an LU. */
    WRITE,
    /** Making durable what was written, with a close too. */
    FLUSH,
    /** Discarding and zeroing. */
    DISCARD,
    /** Changing an LU otherwise: size, snapshots, place, independence of its origin. */
    CHANGE,
    /** Making, opening and deleting LUs, and changing PVs. */
    POOL,
    /** Asking a pool for its sizes, LUs, PVs and faults. */
    LOOK,
    /** Reading and writing the lease area. */
    LEASE,
    /** Every one of these. */
    ANY;

    /** Of an LU's method; empty for what cannot fail. */
    static Optional<Operation> ofLu(Method method) {
        return switch (method.getName()) {
            case "sizeBytes", "usedBytes", "abandon", "isFailed" -> Optional.empty();
            case "read", "rangeAt" -> Optional.of(READ);
            case "write" -> Optional.of(WRITE);
            case "flush", "close" -> Optional.of(FLUSH);
            case "discard", "writeZeroes" -> Optional.of(DISCARD);
            default -> Optional.of(CHANGE);
        };
    }

    /** Of a pool's method; empty for what cannot fail. */
    static Optional<Operation> ofPool(Method method) {
        return switch (method.getName()) {
            case "close", "fence", "leaseArea" -> Optional.empty();
            case "usage", "usedBytes", "luUsage", "lus", "lusOn", "pvs", "parts", "origins", "check" ->
                Optional.of(LOOK);
            default -> Optional.of(POOL);
        };
    }

    boolean covers(Operation other) {
        return this == ANY || this == other;
    }
}
