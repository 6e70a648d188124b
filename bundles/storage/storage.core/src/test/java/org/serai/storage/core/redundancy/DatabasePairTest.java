package org.serai.storage.core.redundancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.serai.cluster.ClusterError;
import org.serai.cluster.Fence;
import org.serai.cluster.Grant;
import org.serai.database.Database;
import org.serai.database.DatabaseError;
import org.serai.ffdc.SeraiException;
import org.serai.storage.RedundantLu.State;
import org.serai.storage.core.attach.SpaceLock;

/** What a change does that only one side took, while the database is away. */
class DatabasePairTest {
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicLong nowMs = new AtomicLong();
    private volatile boolean serving = true;

    private final UUID lu = UUID.randomUUID();
    private final Grant grant = new Grant("lu:" + lu, UUID.randomUUID(), UUID.randomUUID(), 1, "a test");
    private final DatabasePair pair = new DatabasePair(
            lu,
            () -> grant,
            new PairWriting(
                    fake(Database.class, this::write),
                    null,
                    fake(Fence.class, this::check),
                    new SpaceLock.Pace(
                            () -> nowMs.get() * 1_000_000,
                            nowMs::addAndGet,
                            RandomGenerator.getDefault(),
                            InstantSource.system()),
                    new PairNews(null, (_, _) -> {})));

    private static <T> T fake(Class<T> type, Runnable call) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (_, _, _) -> {
            call.run();
            return Optional.empty();
        }));
    }

    private void write() {
        if (asked.incrementAndGet() <= failures.get()) {
            throw DatabaseError.UNREACHABLE.error("The database is away", "the test says so", "wait");
        }
    }

    private void check() {
        if (!serving) {
            throw ClusterError.FENCED.error("This node may not serve", "the test says so", "end the test");
        }
    }

    @Test
    void aChangeWaitsUntilTheDatabaseIsBack() {
        failures.set(50);
        pair.note(State.COPY_BEHIND, "lost", 0, true);
        assertThat(asked).hasValue(51);
        assertThat(nowMs).hasValue(5_000);
    }

    @Test
    void aChangeFailsInTheEndAndAReadAtOnce() {
        failures.set(Integer.MAX_VALUE);
        assertThatThrownBy(() -> pair.note(State.COPY_BEHIND, "lost", 0, true))
                .isInstanceOfSatisfying(
                        SeraiException.class, e -> assertThat(e.code()).isEqualTo(DatabaseError.UNREACHABLE));
        assertThat(nowMs.get()).isBetween(20_000L, 21_000L);
        asked.set(0);
        assertThatThrownBy(() -> pair.note(State.COPY_BEHIND, "lost", 0, false)).isInstanceOf(SeraiException.class);
        assertThat(asked).hasValue(1);
    }

    @Test
    void aNodeThatMayNotServeDoesNotWait() {
        failures.set(Integer.MAX_VALUE);
        serving = false;
        assertThatThrownBy(() -> pair.note(State.COPY_BEHIND, "lost", 0, true))
                .isInstanceOfSatisfying(
                        SeraiException.class, e -> assertThat(e.code()).isEqualTo(ClusterError.FENCED));
        assertThat(asked).hasValue(1);
    }
}
