package org.serai.storage.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.serai.cluster.spi.LeaseArea;
import org.serai.storage.LuChange;
import org.serai.storage.LuChange.Move;
import org.serai.storage.LuChange.Resize;
import org.serai.storage.LuChange.Snapshot;
import org.serai.storage.Pool;
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

    @Test
    void heartbeatsOfAPoolWithoutALeaseAreaAreInTheDatabaseAndEndWithIt() throws IOException {
        TestNode b = node("b", UUID.randomUUID());
        for (TestNode node : List.of(a, b)) {
            node.storage.add("plain", plain(StorageDriver.class, simulated));
        }
        Pool pool = a.storage.createPool(new PoolSpec(
                "p", "plain", List.of(new PvSpec(pv("p", 0), OptionalLong.of(64 * MIB))), OptionalLong.empty()));
        awaitAttached(b, pool);
        assertThat(pool.protections()).anyMatch(word -> word.contains("VIOS DB"));
        LeaseArea written = a.areas.get(pool.id());
        LeaseArea seen = b.areas.get(pool.id());
        assertThat(written.pool()).isEqualTo(pool.id());
        assertThat(slot(seen, 1)).isEqualTo(ByteBuffer.allocate(LeaseArea.SLOT_BYTES));
        for (byte heartbeat = 1; heartbeat < 4; heartbeat++) {
            written.write(1, record(heartbeat));
            seen.write(3, record((byte) -heartbeat));
            assertThat(slot(seen, 1)).isEqualTo(record(heartbeat));
        }
        ByteBuffer near = ByteBuffer.allocate(3 * LeaseArea.SLOT_BYTES);
        written.read(1, 3, near);
        assertThat(near.flip().slice(2 * LeaseArea.SLOT_BYTES, LeaseArea.SLOT_BYTES))
                .isEqualTo(record((byte) -3));
        assertThat(near.slice(LeaseArea.SLOT_BYTES, LeaseArea.SLOT_BYTES))
                .isEqualTo(ByteBuffer.allocate(LeaseArea.SLOT_BYTES));

        b.close();
        assertThatIOException().isThrownBy(() -> seen.write(3, record((byte) 9)));
        assertThatIOException().isThrownBy(() -> seen.read(3, ByteBuffer.allocate(LeaseArea.SLOT_BYTES)));
        a.storage.deletePool("p");
        assertThat(slot(written, 1)).isEqualTo(ByteBuffer.allocate(LeaseArea.SLOT_BYTES));
    }

    private static ByteBuffer record(byte heartbeat) {
        ByteBuffer record = ByteBuffer.allocate(LeaseArea.SLOT_BYTES);
        return record.put(0, heartbeat).put(LeaseArea.SLOT_BYTES - 1, heartbeat);
    }

    private static ByteBuffer slot(LeaseArea area, int slot) throws IOException {
        ByteBuffer found = ByteBuffer.allocate(LeaseArea.SLOT_BYTES);
        area.read(slot, found);
        return found.flip();
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
                        return switch (method.getName()) {
                            case "luType" -> LuStore.class;
                            case "leaseArea" -> Optional.empty();
                            default -> results.apply(method.invoke(wrapped, arguments));
                        };
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
