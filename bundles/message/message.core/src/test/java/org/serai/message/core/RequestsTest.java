package org.serai.message.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.cluster.ClusterError;
import org.serai.database.Database;
import org.serai.database.Table;
import org.serai.database.jdbc.JdbcEngine;
import org.serai.ffdc.ErrorCode;
import org.serai.ffdc.SeraiException;
import org.serai.message.Message;
import org.serai.message.MessageError;
import org.serai.message.MessageHandler;
import org.serai.message.Messages;
import org.serai.message.core.daemon.Daemon;
import org.serai.message.core.daemon.Handlers;
import org.serai.message.core.daemon.Patience;
import org.serai.message.core.daemon.Requests;
import org.serai.transport.loopback.LoopbackTransport;
import org.serai.transport.spi.Link;
import org.serai.transport.spi.Receiver;
import org.serai.transport.spi.Transport;
import org.serai.transport.spi.TransportError;

class RequestsTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final LoopbackTransport loopback = new LoopbackTransport();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService alarm = Executors.newSingleThreadScheduledExecutor();
    private final FakeMembership cluster = FakeMembership.first();
    private final List<Side> sides = new ArrayList<>();

    /** One node's daemon with its handlers. */
    private final class Side {
        private final Map<String, MessageHandler> handlers = new ConcurrentHashMap<>();
        private final FakeMembership membership;
        private final Daemon daemon;
        private final Requests requests;
        private final Connector connector;

        Side(FakeMembership membership) {
            this(membership, new Patience(200, 8, SOON.toMillis()));
        }

        Side(FakeMembership membership, Patience patience) {
            this.membership = membership;
            Registered registered = new Registered(membership, System::nanoTime);
            daemon = new Daemon(
                    id(),
                    registered,
                    new Handlers(topic -> Optional.ofNullable(handlers.get(topic))),
                    threads,
                    new Random(sides.size()),
                    System::nanoTime,
                    (delayMs, task) -> alarm.schedule(task, delayMs, TimeUnit.MILLISECONDS),
                    patience);
            requests = new Requests(id(), daemon, registered);
            connector =
                    new Connector(membership, registered, daemon.vke(), Executors.newSingleThreadScheduledExecutor());
            sides.add(this);
        }

        UUID id() {
            return membership.self().id();
        }
    }

    @AfterEach
    void end() {
        sides.forEach(side -> side.connector.close());
        alarm.shutdownNow();
        threads.shutdown();
    }

    private final Side a = new Side(cluster);
    private final Side b = new Side(cluster.another());

    private void connect() {
        sides.forEach(side -> side.connector.use(Optional.of(loopback)));
        sides.forEach(
                side -> await().atMost(SOON).until(() -> side.requests.view().size() == sides.size()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void failsWith(ErrorCode code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatExceptionOfType(SeraiException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.code().code()).isEqualTo(code.code()))
                .satisfies(e -> assertThat(e.code().category()).isEqualTo(code.category()));
    }

    @Test
    void aRequestIsAnsweredAndKnowsWhoAsked() {
        connect();
        b.handlers.put("echo", (from, payload) -> bytes(from + " " + new String(payload, StandardCharsets.UTF_8)));

        assertThat(a.requests.request(b.id(), "echo", bytes("hello"), SOON)).isEqualTo(bytes(a.id() + " hello"));
        assertThat(b.requests.view()).containsExactlyInAnyOrder(a.id(), b.id());
    }

    @Test
    void aNodeCanAskItself() {
        a.handlers.put("echo", (_, payload) -> payload);
        assertThat(a.requests.request(a.id(), "echo", bytes("x"), SOON)).isEqualTo(bytes("x"));
        failsWith(MessageError.HANDLER_FAILED, () -> a.requests.request(a.id(), "none", bytes("x"), SOON));
    }

    @Test
    void anErrorOfTheHandlerComesBackWithCodeAndSentences() {
        connect();
        b.handlers.put("refuse", (_, _) -> {
            throw ClusterError.NO_SUCH_NODE.error("Node x is not there", "it never was", "look at node:list");
        });

        assertThatExceptionOfType(SeraiException.class)
                .isThrownBy(() -> a.requests.request(b.id(), "refuse", bytes(""), SOON))
                .satisfies(e -> {
                    assertThat(e.code().code()).isEqualTo(ClusterError.NO_SUCH_NODE.code());
                    assertThat(e.what()).isEqualTo("Node x is not there");
                    assertThat(e.reason()).isEqualTo("it never was");
                    assertThat(e.action()).isEqualTo("look at node:list");
                });
    }

    @Test
    void aHandlerThatBreaksOrIsMissingIsSaidSo() {
        connect();
        b.handlers.put("break", (_, _) -> {
            throw new IllegalStateException("inside");
        });
        failsWith(MessageError.HANDLER_FAILED, () -> a.requests.request(b.id(), "break", bytes(""), SOON));
        failsWith(MessageError.HANDLER_FAILED, () -> a.requests.request(b.id(), "nobody", bytes(""), SOON));
    }

    @Test
    void anAnswerThatDoesNotComeEndsInATimeOutAndALateOneIsDropped() {
        connect();
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        b.handlers.put("slow", (_, payload) -> {
            asked.incrementAndGet();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return payload;
        });
        // On a busy machine the first ones may be given up before they are confirmed.
        ErrorCode failure = MessageError.NOT_CONNECTED;
        for (long timeOutMs = 50; failure == MessageError.NOT_CONNECTED && timeOutMs < 60_000; timeOutMs *= 2) {
            Duration timeOut = Duration.ofMillis(timeOutMs);
            failure = catchThrowableOfType(
                            SeraiException.class, () -> a.requests.request(b.id(), "slow", bytes(""), timeOut))
                    .code();
        }
        assertThat(failure).isEqualTo(MessageError.NO_ANSWER);

        release.countDown();
        await().atMost(SOON).untilAsserted(() -> {
            Map<String, Long> dropped = new HashMap<>(a.daemon.stats().dropped());
            dropped.remove("receipt for no open RC array"); // of those that were given up
            assertThat(dropped).isEqualTo(Map.of("nobody waits for this response", (long) asked.get()));
        });
    }

    @Test
    void withoutTheNodeInViewARequestFailsAndABroadcastIsLost() {
        Side hasty = new Side(cluster.another(), new Patience(1, 1, 1));
        failsWith(MessageError.NOT_CONNECTED, () -> hasty.requests.request(b.id(), "echo", bytes(""), SOON));
        hasty.requests.broadcast("hint", bytes(""));
        assertThat(hasty.requests.view()).containsExactly(hasty.id());
    }

    @Test
    void aRequestWaitsForANodeThatIsAboutToBeSeen() throws Exception {
        b.handlers.put("echo", (_, payload) -> payload);
        Future<byte[]> answer = threads.submit(() -> a.requests.request(b.id(), "echo", bytes("early"), SOON));

        connect();

        assertThat(answer.get(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo(bytes("early"));
    }

    @Test
    void aBroadcastReachesTheOthersAndSilenceIsNoError() {
        connect();
        List<String> heard = new CopyOnWriteArrayList<>();
        b.handlers.put("hint", (from, _) -> {
            heard.add(from.toString());
            return new byte[0];
        });
        a.requests.broadcast("nobody.cares", bytes(""));
        a.requests.broadcast("hint", bytes(""));
        await().atMost(SOON).until(() -> heard.equals(List.of(a.id().toString())));
    }

    @Test
    void aMessageThatIsTooLargeIsRefusedByTheSender() {
        connect();
        failsWith(MessageError.TOO_LARGE, () -> a.requests.broadcast("big", new byte[Message.MAX_PAYLOAD_BYTES + 1]));
        b.handlers.put("grow", (_, _) -> new byte[Message.MAX_PAYLOAD_BYTES + 1]);
        failsWith(MessageError.TOO_LARGE, () -> a.requests.request(b.id(), "grow", bytes(""), SOON));
    }

    @Test
    void malformedPacketsAreCountedAndHarmNothing() {
        connect();
        b.daemon.vke().received(a.id(), new byte[] {1, 2, 3});
        b.daemon.vke().received(a.id(), new byte[40]);
        b.daemon.vke().received(a.id(), new byte[41]);

        assertThat(b.daemon.stats().dropped()).isEqualTo(Map.of("too short", 1L, "wrong magic", 2L));
    }

    @Test
    void joiningIsTriedAgainAndATransportCanBeSwapped() {
        List<Link> joined = new CopyOnWriteArrayList<>();
        Transport shy = new Shy(joined);
        a.connector.use(Optional.of(shy));
        b.connector.use(Optional.of(loopback));
        await().atMost(SOON).until(() -> a.requests.view().contains(b.id()));
        assertThat(joined).hasSize(2);
        await().atMost(SOON)
                .until(() -> a.membership
                        .self()
                        .transportAddress()
                        .equals("loopback://" + joined.getLast().address()));

        a.connector.unless(loopback);
        a.connector.unless(shy);
        await().atMost(SOON).until(() -> b.requests.view().equals(Set.of(b.id())));
        a.connector.use(Optional.of(loopback));
        await().atMost(SOON).until(() -> a.requests.view().contains(b.id()));
    }

    /** Fails at the first joining. */
    private final class Shy implements Transport {
        private final List<Link> joined;

        Shy(List<Link> joined) {
            this.joined = joined;
        }

        @Override
        public String wire() {
            return loopback.wire();
        }

        @Override
        public Link join(Settings settings, Receiver receiver) {
            joined.add(loopback.join(settings, receiver));
            if (joined.size() == 1) {
                joined.getFirst().close();
                throw TransportError.CANNOT_JOIN.error("No", "not yet", "wait");
            }
            return joined.getLast();
        }
    }

    @Test
    void nodesOnDifferentTransportsRefuseEachOther() {
        Transport other = new Transport() {
            @Override
            public String wire() {
                return "other";
            }

            @Override
            public Link join(Settings settings, Receiver receiver) {
                assertThat(settings.peers().get()).isEmpty();
                return loopback.join(settings, receiver);
            }
        };
        a.connector.use(Optional.of(loopback));
        await().atMost(SOON).until(() -> a.membership.self().transportAddress().startsWith("loopback://"));
        b.connector.use(Optional.of(other));
        await().atMost(SOON).until(() -> b.membership.self().transportAddress().startsWith("other://"));

        assertThatExceptionOfType(SeraiException.class)
                .isThrownBy(() -> a.requests.request(b.id(), "echo", bytes(""), SOON))
                .satisfies(e -> assertThat(e.code()).isEqualTo(MessageError.OTHER_TRANSPORT))
                .withMessageContaining("other");
        failsWith(MessageError.OTHER_TRANSPORT, () -> b.requests.request(a.id(), "echo", bytes(""), SOON));
    }

    @Table("client")
    record ClientRow(long id, String name) {}

    @Test
    void aCommitOnOneNodeIsHintedToTheOthers() {
        connect();
        List<String> told = new CopyOnWriteArrayList<>();
        try (Database here = JdbcEngine.embedded().open("embedded:" + directory, Map.of());
                Database there = JdbcEngine.embedded().open("embedded:" + directory, Map.of());
                RevisionHints mine = new RevisionHints(here, a.requests, threads);
                RevisionHints theirs = new RevisionHints(there, b.requests, threads)) {
            a.handlers.put(RevisionHints.TOPIC, (from, payload) -> {
                told.add("echo");
                return mine.handle(from, payload);
            });
            b.handlers.put(RevisionHints.TOPIC, (from, payload) -> {
                told.add("hint");
                return theirs.handle(from, payload);
            });
            List<Long> revisions = new CopyOnWriteArrayList<>();
            there.onChange((revision, _) -> revisions.add(revision));

            here.write(tx -> tx.insert(new ClientRow(1, "a")));

            await().atMost(SOON).until(() -> revisions.equals(List.of(1L)) && told.contains("hint"));
            assertThat(there.revision()).isEqualTo(1);
            there.write(tx -> tx.insert(new ClientRow(2, "b")));
            await().atMost(SOON).until(() -> here.revision() == 2 && told.contains("echo"));
        }
    }

    @Test
    void whatWasHeardIsNotToldAgain() {
        List<Long> told = new CopyOnWriteArrayList<>();
        Messages recorder = new Messages() {
            @Override
            public void broadcast(String topic, byte[] payload) {
                told.add(ByteBuffer.wrap(payload).getLong());
            }

            @Override
            public byte[] request(UUID node, String topic, byte[] payload, Duration timeout) {
                throw new AssertionError("hints ask nothing");
            }

            @Override
            public Set<UUID> view() {
                return Set.of();
            }
        };
        try (Database here = JdbcEngine.embedded().open("embedded:" + directory, Map.of());
                Database there = JdbcEngine.embedded().open("embedded:" + directory, Map.of());
                RevisionHints hints = new RevisionHints(there, recorder, threads)) {
            hints.handle(a.id(), ByteBuffer.allocate(Long.BYTES).putLong(1).array());
            here.write(tx -> tx.insert(new ClientRow(1, "a")));
            there.catchUp(1);

            there.write(tx -> tx.insert(new ClientRow(2, "b")));

            await().atMost(SOON).until(() -> told.equals(List.of(2L)));
        }
    }
}
