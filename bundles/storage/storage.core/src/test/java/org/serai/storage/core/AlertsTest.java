package org.serai.storage.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.serai.storage.Alert;
import org.serai.storage.Alerts;
import org.serai.storage.Lu;
import org.serai.storage.LuChange.SetLuThresholds;
import org.serai.storage.LuKind;
import org.serai.storage.LuSpec;
import org.serai.storage.OpenLu;
import org.serai.storage.Pool;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;
import org.serai.storage.Thresholds;

class AlertsTest extends Nodes {
    private long count(List<String> events, String topic) {
        return events.stream().filter(event -> event.startsWith(topic)).count();
    }

    private void fill(OpenLu open, long from, long to) {
        for (long at = from; at < to; at += MIB / 4) {
            write(open, at, 1);
        }
    }

    @Test
    void aPoolThatFillsRaisesOneAlertInTheClusterForEachThresholdAndClearsItWithHysteresis() {
        TestNode b = node("b", UUID.randomUUID());
        Pool pool = pool("p", 1);
        awaitAttached(b, pool);
        a.storage.alerts().setThresholds("p", new Thresholds(List.of(30, 50), 5));
        Lu lu = a.storage.createLu(new LuSpec("l", "p", 1, LuKind.DATA, 64 * MIB, false));
        try (OpenLu open = a.storage.open(lu.id(), 1, "filling")) {
            fill(open, 0, 24 * MIB);
            await().until(() -> a.storage.alerts().alerts().size() == 1);
            await().until(() -> b.storage.alerts().alerts().size() == 1);
            Alert alert = b.storage.alerts().alerts().getFirst();
            assertThat(alert.subject()).isEqualTo(Alert.Subject.POOL);
            assertThat(alert.name()).isEqualTo("p");
            assertThat(alert.thresholdPercent()).isEqualTo(30);
            fill(open, 24 * MIB, 40 * MIB);
            await().until(() -> a.storage.alerts().alerts().getFirst().thresholdPercent() == 50);
            open.discard(0, 20 * MIB);
            open.flush();
            await().until(() -> a.storage.alerts().alerts().getFirst().thresholdPercent() == 30);
            open.discard(20 * MIB, 20 * MIB);
            open.flush();
            await().until(() -> a.storage.alerts().alerts().isEmpty());
        }
        await().until(() -> count(a.events, Alerts.CLEARED) + count(b.events, Alerts.CLEARED) == 2);
        await().until(() -> count(a.events, Alerts.RAISED) + count(b.events, Alerts.RAISED) == 2);
        assertThat(a.events).anyMatch(event -> event.contains("name=p") && event.contains("threshold.percent=30"));
    }

    @Test
    void anLuRaisesAlertsByItsOwnSizeIfThatIsAskedFor() {
        pool("p", 1);
        Lu lu = lu("l", "p");
        a.storage.changes().apply(new SetLuThresholds("l", new Thresholds(List.of(50), 10)), Progress.NONE);
        try (OpenLu open = a.storage.open(lu.id(), 1, "filling")) {
            fill(open, 0, 12 * MIB);
            open.flush();
            await().until(() -> a.storage.alerts().alerts().size() == 1);
            assertThat(a.storage.alerts().alerts().getFirst().subject()).isEqualTo(Alert.Subject.LU);
        }
        a.storage.changes().apply(new SetLuThresholds("l", new Thresholds(List.of(), 10)), Progress.NONE);
        await("nothing stands that nobody wants to be told")
                .until(() -> a.storage.alerts().alerts().isEmpty());
        a.storage.changes().apply(new SetLuThresholds("l", new Thresholds(List.of(50), 10)), Progress.NONE);
        await().until(() -> a.storage.alerts().alerts().size() == 1);
        a.storage.deleteLu("l");
        await().until(() -> a.storage.alerts().alerts().isEmpty());
    }

    @Test
    void thresholdsThatAreNoneAreRefused() {
        pool("p", 1);
        assertThat(a.storage.alerts().thresholds("p")).isEqualTo(Thresholds.USUAL);
        for (Thresholds wrong : List.of(
                new Thresholds(List.of(90, 80), 3),
                new Thresholds(List.of(0), 0),
                new Thresholds(List.of(101), 1),
                new Thresholds(List.of(10), 10))) {
            assertFails(StorageError.BAD_SIZE, () -> a.storage.alerts().setThresholds("p", wrong));
        }
    }
}
