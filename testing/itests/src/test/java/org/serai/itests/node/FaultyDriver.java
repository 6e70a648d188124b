package org.serai.itests.node;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PoolContext;
import org.serai.storage.spi.PoolLayout;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.StorageDriver;

/** Another driver, with a fault that can be switched on: then every call throws, while the lease area stays sound. */
public final class FaultyDriver implements StorageDriver {
    /** What a pool is, as against what is done with it. */
    private static final Set<String> SOUND = Set.of("leaseArea", "fence");

    private final StorageDriver sound;
    private volatile Optional<Supplier<RuntimeException>> fault = Optional.empty();

    /** A driver in front of a sound one. */
    public FaultyDriver(StorageDriver sound) {
        this.sound = sound;
    }

    /** Lets every call fail from now on, those on what is open too. */
    public void fail(Supplier<RuntimeException> how) {
        fault = Optional.of(how);
    }

    /** Ends the fault. */
    public void mend() {
        fault = Optional.empty();
    }

    private void check() {
        fault.ifPresent(how -> {
            throw how.get();
        });
    }

    @Override
    public PoolStore create(PoolLayout layout, PoolContext context) {
        check();
        return guarded(PoolStore.class, sound.create(layout, context));
    }

    @Override
    public PoolStore open(PoolLayout layout, PoolContext context) {
        check();
        return guarded(PoolStore.class, sound.open(layout, context));
    }

    @Override
    public void destroy(PoolLayout layout) {
        check();
        sound.destroy(layout);
    }

    /** Checks before each call. */
    private <T> T guarded(Class<T> type, T store) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> {
                    if (!SOUND.contains(method.getName())) {
                        check();
                    }
                    try {
                        Object result = method.invoke(store, arguments);
                        return result instanceof LuStore lu ? guarded(LuStore.class, lu) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
