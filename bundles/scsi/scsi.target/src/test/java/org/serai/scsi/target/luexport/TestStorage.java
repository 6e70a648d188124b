package org.serai.scsi.target.luexport;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.serai.cluster.DeathProof;
import org.serai.scsi.target.ArrayLu;
import org.serai.storage.Lu;
import org.serai.storage.LuKind;
import org.serai.storage.OpenLu;
import org.serai.storage.Storage;
import org.serai.storage.StorageError;

/** LUs with locks, and a pool that may be away; no more of storage than exports use. */
final class TestStorage {
    private final Map<String, Lu> lus = new ConcurrentHashMap<>();
    private final Map<UUID, ArrayLu> open = new ConcurrentHashMap<>();
    private final List<DeathProof> proofs = new CopyOnWriteArrayList<>();
    private volatile boolean online = true;
    private volatile boolean away;

    Lu add(String name, UUID pool) {
        Lu lu = new Lu(
                UUID.randomUUID(), name, pool, "pool", 1, LuKind.DATA, 32768, 0, false, "online", Optional.empty());
        lus.put(name, lu);
        return lu;
    }

    /** As if a node held it. */
    void lock(Lu lu, UUID node) {
        put(lu, lu.name(), Optional.of(new Lu.Lock(node, "node", "export", 1)));
    }

    void delete(String name) {
        lus.remove(name);
    }

    void rename(String name, String to) {
        put(lus.remove(name), to, Optional.empty());
    }

    private void put(Lu lu, String name, Optional<Lu.Lock> lock) {
        lus.put(name, new Lu(lu.id(), name, lu.pool(), "pool", 1, LuKind.DATA, 32768, 0, false, "online", lock));
    }

    /** What takeovers were given. */
    List<DeathProof> proofs() {
        return List.copyOf(proofs);
    }

    void online(boolean now) {
        online = now;
    }

    boolean holds(Lu lu) {
        ArrayLu found = open.get(lu.id());
        return found != null && found.isOpen();
    }

    /** As another user of the LU. */
    OpenLu open(UUID lu) {
        if (!online) {
            throw StorageError.NO_SUCH_POOL.error("the LU cannot be opened", "its pool is not online", "wait");
        }
        if (open.containsKey(lu) && open.get(lu).isOpen()) {
            throw StorageError.LU_LOCKED.error("the LU cannot be opened", "it is held", "wait");
        }
        ArrayLu made = new ArrayLu(64);
        open.put(lu, made);
        return away ? failingToClose(made) : made;
    }

    /** What is opened from now on cannot be closed in order. */
    void pvGoesWhileOpen() {
        away = true;
    }

    private static OpenLu failingToClose(OpenLu lu) {
        return (OpenLu) Proxy.newProxyInstance(
                TestStorage.class.getClassLoader(), new Class<?>[] {OpenLu.class}, (_, method, args) -> {
                    Object result = method.invoke(lu, args);
                    if (method.getName().equals("close")) {
                        throw StorageError.PV_AWAY.error("the LU cannot be closed", "its PV is away", "see to it");
                    }
                    return result;
                });
    }

    private Lu named(String name) {
        return Optional.ofNullable(lus.get(name))
                .orElseThrow(() -> StorageError.NO_SUCH_LU.error("no LU " + name, "no LU has that name", "look"));
    }

    private Optional<Lu> withId(UUID id) {
        return lus.values().stream().filter(lu -> lu.id().equals(id)).findFirst();
    }

    Storage storage() {
        return (Storage) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Storage.class}, (proxy, method, args) -> {
                    List<Class<?>> types = List.of(method.getParameterTypes());
                    if (method.getName().equals("lu")) {
                        return types.getFirst() == UUID.class ? withId((UUID) args[0]) : named((String) args[0]);
                    }
                    if (method.getName().equals("open")) {
                        return open((UUID) args[0]);
                    }
                    if (method.getName().equals("takeOver")) {
                        proofs.add((DeathProof) args[3]);
                        return open((UUID) args[0]);
                    }
                    throw new UnsupportedOperationException(method.toString());
                });
    }
}
