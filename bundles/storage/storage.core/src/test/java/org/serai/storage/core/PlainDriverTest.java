package org.serai.storage.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.serai.storage.LuChange;
import org.serai.storage.LuChange.Move;
import org.serai.storage.LuChange.Resize;
import org.serai.storage.LuChange.Snapshot;
import org.serai.storage.PoolSpec;
import org.serai.storage.PoolSpec.PvSpec;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;
import org.serai.storage.TierName;
import org.serai.storage.spi.LuStore;
import org.serai.storage.spi.PoolStore;
import org.serai.storage.spi.StorageDriver;

/** A driver that can only what each must: plans say what it lacks as the changes do. */
class PlainDriverTest extends Nodes {
    @Test
    void aPlanNamesTheCapabilityThatTheDriverLacks() {
        a.storage.add("plain", plain(StorageDriver.class, simulated));
        a.storage.createPool(new PoolSpec(
                "p", "plain", List.of(new PvSpec(pv("p", 0), OptionalLong.of(64 * MIB))), OptionalLong.empty()));
        lu("l", "p");
        put(a, a.storage.lu("l"), 0, 7);
        for (LuChange change :
                List.of(new Snapshot(List.of("l"), "s"), new Resize("l", 32 * MIB), new Move("l", TierName.of("p")))) {
            String lacking = assertFails(
                            StorageError.NOT_SUPPORTED,
                            () -> a.storage.changes().apply(change, Progress.NONE))
                    .reason();
            assertThat(a.storage.changes().plan(change).obstacles())
                    .singleElement()
                    .satisfies(e -> {
                        assertThat(e.code()).isEqualTo(StorageError.NOT_SUPPORTED);
                        assertThat(e.reason()).isEqualTo(lacking).contains("driver plain");
                    });
        }
        assertThat(get(a, "l", 0)).isEqualTo(7);
    }

    /** The same without any capability, and what it opens as well. */
    private static <T> T plain(Class<T> type, T wrapped) {
        UnaryOperator<Object> results = result -> switch (result) {
            case PoolStore pool -> plain(PoolStore.class, pool);
            case LuStore lu -> plain(LuStore.class, lu);
            case null, default -> result;
        };
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> {
                    try {
                        return method.getName().equals("luType")
                                ? LuStore.class
                                : results.apply(method.invoke(wrapped, arguments));
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
