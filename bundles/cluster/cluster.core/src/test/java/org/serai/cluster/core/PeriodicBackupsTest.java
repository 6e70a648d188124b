package org.serai.cluster.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.serai.cluster.Backups;
import org.serai.cluster.ClusterError;
import org.serai.cluster.Primary;
import org.serai.cluster.core.time.Rounds;
import org.serai.ffdc.SeraiException;

class PeriodicBackupsTest {
    private final List<String> kept = new ArrayList<>();
    private final List<Runnable> rounds = new ArrayList<>();
    private long periodMs;
    private boolean isPrimary = true;
    private boolean fails;

    private final Primary primary = fake(Primary.class, (method, _) -> method.equals("isSelf") ? isPrimary : null);
    private final Backups backups = fake(Backups.class, (method, arguments) -> {
        if (method.equals("places")) {
            return List.of("pool1", "pool2");
        }
        if (fails) {
            throw ClusterError.NO_PROOF.error("No backup is kept", "the pool is full", "add PVs");
        }
        kept.add(method + " " + arguments.get(0) + " " + arguments.get(1));
        return new Backups.Backup(Path.of("x"), "site", new UUID(0, 1), 9, 1, "now", "a", List.of(), 36, 1, "");
    });

    private interface Answer {
        Object to(String method, List<Object> arguments);
    }

    private static <T> T fake(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (_, method, arguments) ->
                        answer.to(method.getName(), arguments == null ? List.of() : List.of(arguments))));
    }

    private PeriodicBackups periodic(long intervalMs, int keep) {
        return new PeriodicBackups(
                new PeriodicBackups.Config() {
                    @Override
                    public long intervalMs() {
                        return intervalMs;
                    }

                    @Override
                    public int keep() {
                        return keep;
                    }

                    @Override
                    public Class<? extends Annotation> annotationType() {
                        return PeriodicBackups.Config.class;
                    }
                },
                primary,
                backups,
                new Rounds() {
                    @Override
                    public Round every(String name, long everyMs, Runnable work) {
                        periodMs = everyMs;
                        rounds.add(work);
                        return () -> rounds.remove(work);
                    }

                    @Override
                    public Executor serial(String name) {
                        return Runnable::run;
                    }

                    @Override
                    public void pause(long ms) {
                        throw new AssertionError("nothing is waited for");
                    }
                });
    }

    @Test
    void thePrimaryNodeAloneKeepsOneInEveryPoolEachTime() {
        periodic(60_000, 7);
        assertThat(periodMs).isEqualTo(60_000);
        rounds.getFirst().run();
        isPrimary = false;
        rounds.getFirst().run();
        assertThat(kept).containsExactly("keep [pool1, pool2] 7");
    }

    @Test
    void oneThatFailsIsNoReasonToStop() {
        periodic(60_000, 7);
        fails = true;
        rounds.getFirst().run();
        fails = false;
        rounds.getFirst().run();
        assertThat(kept).hasSize(1);
    }

    @Test
    void withoutAnIntervalThereIsNoneAndItEndsWithTheNode() {
        periodic(0, 1);
        assertThat(rounds).isEmpty();
        periodic(60_000, 1).stop();
        assertThat(rounds).isEmpty();
    }

    @Test
    void settingsOutOfTheirRangeAreRefusedByName() {
        assertThatThrownBy(() -> periodic(59_999, 1))
                .isInstanceOf(SeraiException.class)
                .hasMessageContaining("backup.intervalMs");
        assertThatThrownBy(() -> periodic(60_000, 0))
                .isInstanceOf(SeraiException.class)
                .hasMessageContaining("backup.keep");
        assertThatThrownBy(() -> periodic(60_000, 1001))
                .isInstanceOf(SeraiException.class)
                .hasMessageContaining("backup.keep");
    }
}
