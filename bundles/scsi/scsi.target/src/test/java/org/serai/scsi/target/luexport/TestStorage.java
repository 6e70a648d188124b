package org.serai.scsi.target.luexport;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Ownership;
import org.serai.cluster.Ownership.Owner;
import org.serai.scsi.target.ArrayLu;
import org.serai.storage.Lu;
import org.serai.storage.LuKind;
import org.serai.storage.OpenLu;
import org.serai.storage.Storage;
import org.serai.storage.StorageError;

/** LUs with locks that nodes share, and a pool that may be away; no more of storage than exports use. */
final class TestStorage {
    private static final UUID NOBODY = new UUID(0, 0);

    private final Map<String, Lu> lus = new ConcurrentHashMap<>();
    private final Map<UUID, Held> held = new ConcurrentHashMap<>();
    private final List<DeathProof> proofs = new CopyOnWriteArrayList<>();
    private final AtomicLong epoch = new AtomicLong();
    private volatile boolean online = true;
    private volatile boolean away;

    private record Held(UUID node, long epoch, ArrayLu lu) {
        boolean isOpen() {
            return lu.isOpen();
        }
    }

    Lu add(String name, UUID pool) {
        Lu lu = new Lu(
                UUID.randomUUID(), name, pool, "pool", 1, LuKind.DATA, 32768, 0, false, "online", Optional.empty());
        lus.put(name, lu);
        return lu;
    }

    /** As if a node held it. */
    void lock(Lu lu, UUID node) {
        held.put(lu.id(), new Held(node, epoch.incrementAndGet(), new ArrayLu(64)));
    }

    void delete(String name) {
        lus.remove(name);
    }

    void rename(String name, String to) {
        Lu lu = lus.remove(name);
        lus.put(
                to,
                new Lu(lu.id(), to, lu.pool(), "pool", 1, LuKind.DATA, 32768, 0, false, "online", Optional.empty()));
    }

    /** What takeovers were given. */
    List<DeathProof> proofs() {
        return List.copyOf(proofs);
    }

    void online(boolean now) {
        online = now;
    }

    boolean holds(Lu lu) {
        return Optional.ofNullable(held.get(lu.id())).filter(Held::isOpen).isPresent();
    }

    /** Who has it open. */
    Optional<UUID> holder(Lu lu) {
        return Optional.ofNullable(held.get(lu.id())).filter(Held::isOpen).map(Held::node);
    }

    /** What is open now. */
    ArrayLu open(Lu lu) {
        return held.get(lu.id()).lu();
    }

    /** As another user of the LU. */
    OpenLu open(UUID lu) {
        return open(lu, NOBODY);
    }

    /** What is opened from now on cannot be closed in order. */
    void pvGoesWhileOpen() {
        away = true;
    }

    private static OpenLu failingToClose(OpenLu lu) {
        return proxy(OpenLu.class, (method, args) -> {
            if (method.equals("close")) {
                lu.close();
                throw StorageError.PV_AWAY.error("the LU cannot be closed", "its PV is away", "see to it");
            }
            return switch (method) {
                case "sizeBytes" -> lu.sizeBytes();
                case "epoch" -> lu.epoch();
                case "isReadOnly" -> lu.isReadOnly();
                case "givesBack" -> lu.givesBack();
                case "atomicBytes" -> lu.atomicBytes();
                default -> throw new UnsupportedOperationException(method);
            };
        });
    }

    private synchronized OpenLu open(UUID lu, UUID node) {
        if (!online) {
            throw StorageError.NO_SUCH_POOL.error("the LU cannot be opened", "its pool is not online", "wait");
        }
        if (held.containsKey(lu) && held.get(lu).isOpen()) {
            throw StorageError.LU_LOCKED.error("the LU cannot be opened", "it is held", "wait");
        }
        ArrayLu made = new ArrayLu(64);
        held.put(lu, new Held(node, epoch.incrementAndGet(), made));
        return away ? failingToClose(made) : made;
    }

    private OpenLu takeOver(UUID lu, UUID node, DeathProof proof) {
        proofs.add(proof);
        Optional.ofNullable(held.get(lu))
                .filter(each -> each.node().equals(proof.node()))
                .ifPresent(each -> each.lu().close());
        return open(lu, node);
    }

    private Lu named(String name) {
        return Optional.ofNullable(lus.get(name))
                .orElseThrow(() -> StorageError.NO_SUCH_LU.error("no LU " + name, "no LU has that name", "look"));
    }

    private Optional<Lu> withId(UUID id) {
        return lus.values().stream().filter(lu -> lu.id().equals(id)).findFirst();
    }

    Storage storage() {
        return storage(NOBODY);
    }

    /** Storage as that node has it. */
    Storage storage(UUID node) {
        return proxy(Storage.class, (method, args) -> switch (method) {
            case "lu" -> args[0] instanceof UUID id ? withId(id) : named((String) args[0]);
            case "open" -> open((UUID) args[0], node);
            case "takeOver" -> takeOver((UUID) args[0], node, (DeathProof) args[3]);
            default -> throw new UnsupportedOperationException(method);
        });
    }

    /** The locks as rows of ownership; the incarnation of a node is its id. */
    Ownership ownership() {
        return proxy(Ownership.class, (method, args) -> {
            if (!method.equals("owner")) {
                throw new UnsupportedOperationException(method);
            }
            String object = (String) args[args.length - 1];
            return Optional.ofNullable(held.get(UUID.fromString(object.substring("lu:".length()))))
                    .filter(Held::isOpen)
                    .map(each -> new Owner(
                            object, Optional.of(each.node()), Optional.of(each.node()), each.epoch(), "export"));
        });
    }

    private interface Call {
        Object of(String method, Object[] args);
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, args) -> call.of(method.getName(), args)));
    }
}
