package org.serai.cluster.core.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.cluster.ClusterError;
import org.serai.cluster.Event;
import org.serai.cluster.Event.Action;
import org.serai.cluster.Event.Subject;
import org.serai.cluster.EventFilter;
import org.serai.cluster.Events.Batch;
import org.serai.cluster.HostId;
import org.serai.cluster.core.event.NodeStatusRow.Link;
import org.serai.cluster.core.event.NodeStatusRow.State;
import org.serai.cluster.core.member.NodeRow;
import org.serai.cluster.core.ownership.ClientRow;
import org.serai.cluster.core.time.Rounds;
import org.serai.database.Database;
import org.serai.database.Table;
import org.serai.database.Transaction;
import org.serai.database.jdbc.JdbcEngine;
import org.serai.ffdc.SeraiException;

/** Events on a real database; time passes only by {@link Ticks#tick}. */
class ClusterEventsTest {
    private static final UUID SELF = new UUID(0, 1);

    @TempDir
    Path directory;

    private final Ticks ticks = new Ticks();
    private Database database;
    private ClusterEvents events;

    /** Rounds that run when they are told to. */
    static final class Ticks implements Rounds {
        private final List<Runnable> work = new ArrayList<>();
        private final List<Runnable> tasks = new ArrayList<>();

        @Override
        public Round every(String name, long periodMs, Runnable round) {
            work.add(round);
            return () -> work.remove(round);
        }

        @Override
        public synchronized Executor serial(String name) {
            return task -> {
                synchronized (tasks) {
                    tasks.add(task);
                }
            };
        }

        @Override
        public void pause(long ms) {
            throw new UnsupportedOperationException();
        }

        void tick() {
            List.copyOf(work).forEach(Runnable::run);
            List<Runnable> now;
            synchronized (tasks) {
                now = List.copyOf(tasks);
                tasks.clear();
            }
            now.forEach(Runnable::run);
        }
    }

    @Table("pool")
    record Pool(UUID id, String name, String driver, long extentBytes, String state) {}

    @Table("alert")
    record Alert(String id, UUID pool, int thresholdPercent, int fillPermille, long sinceMs, UUID node) {}

    @BeforeEach
    void open() {
        open(EventLog.KEPT);
    }

    private void open(long kept) {
        database = JdbcEngine.embedded().open("embedded:" + directory.resolve("db" + kept), Map.of());
        var log = new EventLog(SELF, kept);
        database.alongside(log);
        events = new ClusterEvents(database, log, ticks, UUID::randomUUID);
    }

    @AfterEach
    void close() {
        events.close();
        database.close();
    }

    private static NodeRow node(UUID incarnation) {
        return new NodeRow(SELF, "cec-a", 0, incarnation, "i", "1", "S", "V", HostId.Source.CONFIGURED, "", "");
    }

    private ClientRow client(String name) {
        return database.write(tx -> tx.insert(new ClientRow(tx.next("client"), name)));
    }

    private <R> R write(Function<Transaction, R> work) {
        return database.write(work::apply);
    }

    private List<String> told() {
        return told(EventFilter.ALL);
    }

    private List<String> told(EventFilter filter) {
        return events.after(0, filter, 100).events().stream()
                .map(event -> event.subject() + " " + event.action() + " " + event.name())
                .toList();
    }

    private static EventFilter of(Subject subject) {
        return new EventFilter(Set.of(), Set.of(subject), Set.of(), Optional.empty(), Optional.empty());
    }

    @Test
    void aChangeAndItsEventAreMadeTogetherOrNotAtAll() {
        var made = client("acme");
        assertThatThrownBy(() -> database.write(tx -> {
                    tx.insert(new ClientRow(tx.next("client"), "undone"));
                    throw new IllegalStateException("as the test wants it");
                }))
                .isInstanceOf(IllegalStateException.class);
        write(tx -> tx.update(new ClientRow(made.id(), "zenith")));
        write(tx -> {
            tx.delete(ClientRow.class, made.id());
            return made;
        });
        assertThat(told()).containsExactly("CLIENT CREATED acme", "CLIENT CHANGED zenith", "CLIENT DELETED zenith");
        assertThat(events.after(0, EventFilter.ALL, 10).events())
                .extracting(Event::number)
                .containsExactly(1L, 2L, 3L);
        assertThat(events.after(0, EventFilter.ALL, 10).events().getFirst())
                .satisfies(event -> assertThat(event.node()).isEqualTo(SELF))
                .satisfies(event -> assertThat(event.at()).isNotEmpty());
    }

    @Test
    void whatIsInTheMakingIsNoEventUntilItIsMade() {
        var pool = new UUID(2, 2);
        write(tx -> tx.insert(new Pool(pool, "pool1", "extent", 1, "creating")));
        assertThat(told()).isEmpty();
        write(tx -> tx.update(new Pool(pool, "pool1", "extent", 1, "online")));
        write(tx -> tx.update(new Pool(pool, "pool1", "extent", 1, "deleting")));
        write(tx -> {
            tx.delete(Pool.class, pool);
            return pool;
        });
        assertThat(told()).containsExactly("POOL CREATED pool1", "POOL CHANGED pool1", "POOL DELETED pool1");
    }

    @Table("lu")
    record Lu(UUID id, String name, UUID pool, long client, String kind, long sizeBytes, boolean thick, String state) {
        Lu in(UUID otherPool, long bytes) {
            return new Lu(id, name, otherPool, client, kind, bytes, thick, state);
        }
    }

    @Test
    void aThingThatMovesTellsFromWhereToWhere() {
        var client = client("acme");
        var from = write(tx -> tx.insert(new Pool(new UUID(2, 1), "pool1", "extent", 1, "online")));
        var to = write(tx -> tx.insert(new Pool(new UUID(2, 2), "pool2", "extent", 1, "online")));
        var lu = new Lu(new UUID(3, 1), "disk1", from.id(), client.id(), "data", 16, false, "online");
        write(tx -> tx.insert(lu));
        write(tx -> tx.update(lu.in(to.id(), 16)));
        write(tx -> tx.update(lu.in(to.id(), 32)));
        assertThat(events.after(0, of(Subject.LU), 10).events())
                .extracting(Event::text)
                .containsExactly(
                        "LU disk1 was made",
                        "LU disk1 moved from pool1 to pool2",
                        "LU disk1 has changed: size_bytes from 16 to 32");
    }

    @Test
    void aNodeThatStartsTellsHowItsEarlierIncarnationEnded() {
        write(tx -> tx.insert(node(new UUID(1, 1))));
        write(tx -> tx.update(node(new UUID(1, 2))));
        assertThat(told()).containsExactly("NODE ADDED cec-a", "NODE FAILED cec-a", "NODE RECOVERED cec-a");
        var up = NodeStatusRow.up(SELF, new UUID(1, 2));
        write(tx -> tx.update(up.with(State.STOPPED, "")));
        write(tx -> tx.update(node(new UUID(1, 3))));
        write(tx -> tx.update(NodeStatusRow.up(SELF, new UUID(1, 3)).with(State.FAILED, "SILENCE: it stood still")));
        write(tx -> tx.update(node(new UUID(1, 4))));
        assertThat(told().subList(3, 7))
                .containsExactly(
                        "NODE STOPPED cec-a", "NODE STARTED cec-a", "NODE FAILED cec-a", "NODE RECOVERED cec-a");
        write(tx -> {
            tx.delete(NodeRow.class, SELF);
            return SELF;
        });
        assertThat(told().getLast()).isEqualTo("NODE REMOVED cec-a");
        assertThat(database.view(NodeStatusRow.class).all()).isEmpty();
    }

    @Test
    void theLossesOfANodeAreToldApart() {
        write(tx -> tx.insert(node(new UUID(1, 1))));
        var up = NodeStatusRow.up(SELF, new UUID(1, 1));
        write(tx -> tx.update(up.with(Link.LOST, Link.OK, "pool1")));
        write(tx -> tx.update(up.with(Link.OK, Link.LOST, "its heartbeats say so")));
        write(tx -> tx.update(up.with(Link.OK, Link.OK, "")));
        assertThat(told().subList(1, 5))
                .containsExactly(
                        "NODE STORAGE_LOST cec-a",
                        "NODE STORAGE_BACK cec-a",
                        "NODE DATABASE_LOST cec-a",
                        "NODE DATABASE_BACK cec-a");
    }

    @Test
    void aThresholdThatIsCrossedIsAnAlert() {
        var pool = new UUID(2, 2);
        write(tx -> tx.insert(new Pool(pool, "pool1", "extent", 1, "online")));
        write(tx -> tx.insert(new Alert("pool:" + pool, pool, 80, 812, 0, SELF)));
        write(tx -> tx.update(new Alert("pool:" + pool, pool, 90, 901, 0, SELF)));
        write(tx -> {
            tx.delete(Alert.class, "pool:" + pool);
            return pool;
        });
        var alerts =
                new EventFilter(Set.of(Event.Kind.ALERT), Set.of(), Set.of(), Optional.of("pool1"), Optional.empty());
        assertThat(told(alerts)).containsExactly("POOL RAISED pool1", "POOL RAISED pool1", "POOL CLEARED pool1");
        assertThat(events.after(0, alerts, 1).events().getFirst().text())
                .isEqualTo("pool pool1 is 81.2 % full, which is beyond its threshold of 80 %");
    }

    @Test
    void oldEventsGoAndWhoMissedThemIsTold() {
        events.close();
        database.close();
        open(200);
        for (int i = 0; i < 450; i++) {
            client("client-" + i);
        }
        assertThat(events.last()).isEqualTo(450);
        var late = events.after(10, EventFilter.ALL, 1000);
        assertThat(late.missed()).isTrue();
        assertThat(late.events()).hasSizeBetween(200, 299);
        assertThat(events.after(449, EventFilter.ALL, 1000))
                .isEqualTo(new Batch(449, 450, false, events.newest(EventFilter.ALL, 1)));
        assertThat(events.after(9000, EventFilter.ALL, 1).missed()).isTrue();
    }

    @Test
    void aBatchEndsWhereItsLimitIsAndTheNextOneGoesOnThere() {
        client("a");
        events.report(Subject.NODE, Action.RAISED, "x", "x", "something");
        client("b");
        client("c");
        var first = events.after(0, of(Subject.CLIENT), 2);
        assertThat(first.events()).extracting(Event::name).containsExactly("a", "b");
        assertThat(first.upTo()).isEqualTo(3);
        var second = events.after(first.upTo(), of(Subject.CLIENT), 2);
        assertThat(second.events()).extracting(Event::name).containsExactly("c");
        assertThat(second.missed()).isFalse();
        assertThat(events.newest(of(Subject.CLIENT), 2)).extracting(Event::name).containsExactly("b", "c");
    }

    @Test
    void aRegisteredCallerGetsEachEventAtLeastOnceAlthoughItsNodeEnds() {
        client("before");
        events.register("console", of(Subject.CLIENT));
        assertThatThrownBy(() -> events.register("console", EventFilter.ALL))
                .isInstanceOfSatisfying(
                        SeraiException.class,
                        failed -> assertThat(failed.code()).isEqualTo(ClusterError.REGISTRATION_CONFLICT));
        client("a");
        client("b");
        List<String> told = new ArrayList<>();
        var delivery = events.deliver("console", (after, missed, event) -> {
            if (told.size() == 1) {
                throw new IllegalStateException("the caller's node is killed here");
            }
            told.add(event.name());
        });
        ticks.tick();
        delivery.close();
        assertThat(told).containsExactly("a");
        client("c");

        // Another node, or the same one after a new start: what was told may be told again, nothing is left out.
        try (var other = JdbcEngine.embedded().open("embedded:" + directory.resolve("db" + EventLog.KEPT), Map.of())) {
            var again = new ClusterEvents(other, new EventLog(SELF, EventLog.KEPT), ticks, UUID::randomUUID);
            List<Long> after = new ArrayList<>();
            again.deliver("console", (position, missed, event) -> {
                after.add(position);
                told.add(event.name());
            });
            ticks.tick();
            assertThat(told).endsWith("b", "c").doesNotContain("before");
            assertThat(again.pending("console", 10).events()).isEmpty();
            assertThat(after).isSorted();
            again.close();
        }
        assertThat(events.registration("console").acknowledged()).isEqualTo(events.last());
        events.unregister("console");
        assertThat(events.registrations()).isEmpty();
        assertThatThrownBy(() -> events.pending("console", 1)).isInstanceOf(SeraiException.class);
    }

    @Test
    void aListenerThatFailsIsToldAgain() {
        List<String> told = new ArrayList<>();
        var failures = new int[] {2};
        events.listen(0, EventFilter.ALL, (after, missed, event) -> {
            if (failures[0]-- > 0) {
                throw new IllegalStateException("as the test wants it");
            }
            told.add(after + ">" + event.number());
        });
        client("a");
        client("b");
        ticks.tick();
        ticks.tick();
        ticks.tick();
        assertThat(told).containsExactly("0>1", "1>2");
    }

    @Test
    void filtersComeBackAsTheyWereKept() {
        var filter = new EventFilter(
                Set.of(Event.Kind.ALERT),
                Set.of(Subject.LU, Subject.POOL),
                Set.of(Action.RAISED),
                Optional.of("disk1"),
                Optional.of(SELF.toString()));
        assertThat(FilterText.parse(FilterText.of(filter))).isEqualTo(filter);
        assertThat(FilterText.parse("")).isEqualTo(EventFilter.ALL);
        assertThat(events.register("r", filter).filter()).isEqualTo(filter);
        assertThatThrownBy(() -> events.register(
                        "s", new EventFilter(Set.of(), Set.of(), Set.of(), Optional.of("a;b"), Optional.empty())))
                .isInstanceOf(SeraiException.class);
    }
}
