package org.serai.storage.core;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PoolContext;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.StorageDriver;

/**
 * The simulated driver, behind a cache of writes that is lost when the path to the disks is: what was not flushed before
 * is gone, a flush fails while it is away, and after that nothing works until the LU is opened anew.
 */
final class VolatileDriver implements StorageDriver {
    private final StorageDriver medium;
    /** How many calls fail before the path is back. */
    private int refusals;

    private int outage;

    VolatileDriver(StorageDriver medium) {
        this.medium = medium;
    }

    /** Cuts the path; it is back after that many calls have failed. */
    synchronized void cut(int calls) {
        outage++;
        refusals = calls;
    }

    private synchronized void reach() {
        if (refusals > 0) {
            refusals--;
            throw StorageError.PV_AWAY.error("The PV is away", "its path was cut", "wait");
        }
    }

    private synchronized int outage() {
        return outage;
    }

    @Override
    public PoolStore create(PoolLayout layout, PoolContext context) {
        return before(medium.create(layout, context));
    }

    @Override
    public PoolStore open(PoolLayout layout, PoolContext context) {
        return before(medium.open(layout, context));
    }

    @Override
    public void destroy(PoolLayout layout) {
        medium.destroy(layout);
    }

    private PoolStore before(PoolStore pool) {
        return proxy(PoolStore.class, pool, (proxy, method, arguments) -> {
            if (!method.getName().equals("openLu")) {
                return call(pool, method, arguments);
            }
            reach();
            LuStore store = (LuStore) call(pool, method, arguments);
            return proxy(LuStore.class, store, new Cache(store)::call);
        });
    }

    private static <T> T proxy(Class<T> type, Object before, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), interfaces(before), handler));
    }

    private static Class<?>[] interfaces(Object object) {
        Set<Class<?>> all = new LinkedHashSet<>();
        for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
            all.addAll(List.of(type.getInterfaces()));
        }
        return all.toArray(Class<?>[]::new);
    }

    private static Object call(Object object, Method method, Object... arguments) throws Throwable {
        try {
            method.setAccessible(true);
            return method.invoke(object, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** A change that is done later. */
    private interface Late {
        void run() throws Throwable;
    }

    private final class Cache {
        private final LuStore store;
        private final int born = outage();
        private final List<Late> changes = new ArrayList<>();
        private Optional<SeraiException> failed = Optional.empty();

        Cache(LuStore store) {
            this.store = store;
        }

        /** Only what changes content is late: a read is told from what it would be after that, so it comes first. */
        synchronized Object call(Object proxy, Method method, Object... arguments) throws Throwable {
            switch (method.getName()) {
                case "isFailed":
                    return failed.isPresent();
                case "abandon":
                    changes.clear();
                    return VolatileDriver.call(store, method, arguments);
                case "write":
                    use();
                    ByteBuffer from = (ByteBuffer) arguments[1];
                    ByteBuffer kept =
                            ByteBuffer.allocate(from.remaining()).put(from).flip();
                    changes.add(() -> store.write((long) arguments[0], kept));
                    return 0;
                case "discard", "writeZeroes":
                    use();
                    changes.add(() -> VolatileDriver.call(store, method, arguments));
                    return null;
                case "flush", "close":
                    flush();
                    return VolatileDriver.call(store, method, arguments);
                case "sizeBytes", "usedBytes":
                    return VolatileDriver.call(store, method, arguments);
                default:
                    use();
                    run();
                    return VolatileDriver.call(store, method, arguments);
            }
        }

        private void run() throws Throwable {
            for (Late change : changes) {
                change.run();
            }
            changes.clear();
        }

        private void use() {
            failed.ifPresent(why -> {
                throw why;
            });
            reach();
        }

        private void flush() throws Throwable {
            try {
                use();
                if (born != outage()) {
                    throw StorageError.IO_FAILED.error("The flush failed", "the PV was away", "open the LU again");
                }
                run();
            } catch (SeraiException e) {
                failed = Optional.of(e);
                throw e;
            }
        }
    }
}
