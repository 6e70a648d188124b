package org.serai.storage.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.serai.ffdc.SeraiException;
import org.serai.storage.GroupChange.CreateTier;
import org.serai.storage.OpenLu;
import org.serai.storage.Pool;
import org.serai.storage.Progress;
import org.serai.storage.StorageError;
import org.serai.storage.TierName;
import org.slf4j.LoggerFactory;

/** What a node shows and says while a pool of it is not there. */
class UpkeepTest extends Nodes {
    @Override
    String driver() {
        return "extent";
    }

    @Test
    void whatAnLuUsesIsNotKnownWhileItsPoolIsNotAttached() {
        pool("p", 1);
        put(a, lu("disk", "p"), 0, 1);
        assertThat(a.storage.lu("disk").isSpaceKnown()).isTrue();
        removeDriver(a);
        assertThat(a.storage.lu("disk").state()).isEqualTo("unattached");
        assertThat(a.storage.lu("disk").isSpaceKnown()).isFalse();
        assertThat(a.storage.pool("p").attached()).isFalse();
        assertThat(a.storage.pool("p").space().isKnown()).isFalse();
        assertThat(a.storage.pool("p").trouble()).map(e -> e.code()).contains(StorageError.NO_SUCH_DRIVER);
        SeraiException refused = assertFails(StorageError.NO_SUCH_DRIVER, () -> a.storage.deletePool("p"));
        assertThat(refused.what()).contains("Pool p", "storage driver extent");
        assertThat(refused.action()).contains("driver:why storage.extent");
        addDriver(a);
        await().until(() -> a.storage.lu("disk").state().equals("online"));
        assertThat(a.storage.lu("disk").usedBytes()).isPositive();
        assertThat(a.storage.pool("p").trouble()).isEmpty();
    }

    @Test
    void aPoolThatCannotBeAttachedIsToldOfOnceAndWithoutATrace() throws Exception {
        Pool pool = pool("p", 1);
        Path pv = Path.of(pv("p", 0));
        Path away = folder.resolve("away.pv");
        removeDriver(a);
        Files.move(pv, away);
        Logger log = (Logger) LoggerFactory.getLogger(Upkeep.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.list = new CopyOnWriteArrayList<>();
        lines.start();
        Level before = log.getLevel();
        log.setLevel(Level.DEBUG);
        log.addAppender(lines);
        try {
            addDriver(a);
            for (int round = 1; round <= 3; round++) {
                int tries = round;
                await().until(() -> about(lines, "cannot be attached").size() >= tries);
                // Any change of a node, LU or PV asks for another round.
                addDriver(a);
            }
            List<ILoggingEvent> told = about(lines, "cannot be attached").stream()
                    .filter(line -> line.getLevel() != Level.DEBUG)
                    .toList();
            assertThat(told).singleElement().satisfies(line -> {
                assertThat(line.getLevel()).isEqualTo(Level.WARN);
                assertThat(line.getThrowableProxy()).isNull();
                assertThat(line.getFormattedMessage()).contains("Pool p ", pv.toString());
            });
            Files.move(away, pv);
            addDriver(a);
            awaitAttached(a, pool);
            await().untilAsserted(() -> assertThat(about(lines, "is attached")).hasSize(1));
        } finally {
            log.detachAppender(lines);
            log.setLevel(before);
        }
    }

    @Test
    void anLuThatCannotBeReadIsToldOfOnceHoweverOftenItIsLookedAt() throws Exception {
        Pool pool = pool("p", 2);
        TierName tier = TierName.of("p/default/t");
        a.storage.groups().apply(new CreateTier(tier, List.of(pv("p", 1))), Progress.NONE);
        put(a, lu("disk", tier.toString()), 0, 1);
        removeDriver(a);
        Files.move(Path.of(pv("p", 1)), folder.resolve("away.pv"));
        Logger log = (Logger) LoggerFactory.getLogger(Shown.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.list = new CopyOnWriteArrayList<>();
        lines.start();
        log.addAppender(lines);
        try {
            addDriver(a);
            awaitAttached(a, pool);
            for (int i = 0; i < 3; i++) {
                assertThat(a.storage.lu("disk").state()).isEqualTo("away");
            }
        } finally {
            log.detachAppender(lines);
        }
        assertThat(about(lines, "LU disk cannot be read")).hasSize(1);
    }

    @Test
    void aPvThatWasAwayWhenItsPoolWasOpenedKeepsItsSizeOnTheList() throws Exception {
        Pool pool = pool("p", 2);
        removeDriver(a);
        Files.move(Path.of(pv("p", 1)), folder.resolve("away.pv"));
        addDriver(a);
        awaitAttached(a, pool);
        assertThat(a.storage.pvs().pvs("p").getLast().present()).isFalse();
        assertThat(a.storage.pvs().pvs("p").getLast().sizeBytes()).isEqualTo(64 * MIB);
    }

    @Test
    void anLuWhosePvIsAwayIsClosedWithOneLineAtTheEnd() throws Exception {
        pool("p", 2);
        a.storage.groups().apply(new CreateTier(TierName.of("p/default/second"), List.of(pv("p", 1))), Progress.NONE);
        OpenLu open = a.storage.open(lu("disk", "p/default/second").id(), 1, "running");
        write(open, 0, 1);
        Files.move(Path.of(pv("p", 1)), folder.resolve("away.pv"));
        assertFails(StorageError.PV_AWAY, () -> {
            a.storage.pvs().pvs("p");
            read(open, 0);
        });
        Logger log = (Logger) LoggerFactory.getLogger("org.serai.storage.core");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.list = new CopyOnWriteArrayList<>();
        lines.start();
        log.addAppender(lines);
        try {
            a.storage.close();
        } finally {
            log.detachAppender(lines);
        }
        assertThat(about(lines, "LU disk was not closed in order")).singleElement();
        assertThat(lines.list)
                .allSatisfy(line -> assertThat(line.getThrowableProxy())
                        .as(line.getFormattedMessage())
                        .isNull());
    }

    private static List<ILoggingEvent> about(ListAppender<ILoggingEvent> lines, String words) {
        return lines.list.stream()
                .filter(line -> line.getFormattedMessage().contains(words))
                .toList();
    }
}
