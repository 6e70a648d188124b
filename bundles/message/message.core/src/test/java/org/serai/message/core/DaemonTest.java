package org.serai.message.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.cluster.ClusterError;
import org.serai.database.Database;
import org.serai.database.Table;
import org.serai.database.jdbc.JdbcEngine;
import org.serai.ffdc.ErrorCode;
import org.serai.ffdc.SeraiException;
import org.serai.message.MessageError;
import org.serai.message.MessageHandler;
import org.serai.message.Messages;
import org.serai.transport.loopback.LoopbackTransport;
import org.serai.transport.spi.Link;
import org.serai.transport.spi.Transport;
import org.serai.transport.spi.TransportError;

class DaemonTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private final LoopbackTransport loopback = new LoopbackTransport();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final FakeMembership cluster = FakeMembership.first();
    private final List<Side> sides = new ArrayList<>();

    /** One node's daemon with its handlers. */
    private final class Side {
        private final Map<String, MessageHandler> handlers = new ConcurrentHashMap<>();
        private final FakeMembership membership;
        private final Daemon daemon;
        private final Connector connector;

        Side(FakeMembership membership) {
            this(membership, SOON);
        }

        Side(FakeMembership membership, Duration patience) {
            this.membership = membership;
            daemon = new Daemon(
                    id(),
                    new Handlers(topic -> Optional.ofNullable(handlers.get(topic))),
                    threads,
                    new Random(sides.size()),
                    patience);
            connector = new Connector(membership, daemon, Executors.newSingleThreadScheduledExecutor());
            sides.add(this);
        }

        UUID id() {
            return membership.self().id();
        }
    }

    @AfterEach
    void end() {
        sides.forEach(side -> side.connector.close());
        threads.shutdown();
    }

    private final Side a = new Side(cluster);
    private final Side b = new Side(cluster.another());

    private void connect() {
        sides.forEach(side -> side.connector.use(Optional.of(loopback)));
        sides.forEach(
                side -> await().atMost(SOON).until(() -> side.daemon.view().size() == sides.size()));
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

        assertThat(a.daemon.request(b.id(), "echo", bytes("hello"), SOON)).isEqualTo(bytes(a.id() + " hello"));
        assertThat(b.daemon.view()).containsExactlyInAnyOrder(a.id(), b.id());
    }

    @Test
    void aNodeCanAskItself() {
        a.handlers.put("echo", (_, payload) -> payload);
        assertThat(a.daemon.request(a.id(), "echo", bytes("x"), SOON)).isEqualTo(bytes("x"));
        failsWith(MessageError.HANDLER_FAILED, () -> a.daemon.request(a.id(), "none", bytes("x"), SOON));
    }

    @Test
    void anErrorOfTheHandlerComesBackWithCodeAndSentences() {
        connect();
        b.handlers.put("refuse", (_, _) -> {
            throw ClusterError.NO_SUCH_NODE.error("Node x is not there", "it never was", "look at node:list");
        });

        assertThatExceptionOfType(SeraiException.class)
                .isThrownBy(() -> a.daemon.request(b.id(), "refuse", bytes(""), SOON))
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
        failsWith(MessageError.HANDLER_FAILED, () -> a.daemon.request(b.id(), "break", bytes(""), SOON));
        failsWith(MessageError.HANDLER_FAILED, () -> a.daemon.request(b.id(), "nobody", bytes(""), SOON));
    }

    @Test
    void anAnswerThatDoesNotComeEndsInATimeOutAndALateOneIsDropped() {
        connect();
        CountDownLatch release = new CountDownLatch(1);
        b.handlers.put("slow", (_, payload) -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return payload;
        });
        failsWith(MessageError.NO_ANSWER, () -> a.daemon.request(b.id(), "slow", bytes(""), Duration.ofMillis(50)));

        release.countDown();
        await().atMost(SOON).until(() -> a.daemon.dropped().equals(Map.of("nobody waits for this answer", 1L)));
    }

    @Test
    void withoutTheNodeInViewARequestFailsAndABroadcastIsLost() {
        Side hasty = new Side(cluster.another(), Duration.ofMillis(1));
        failsWith(MessageError.NOT_CONNECTED, () -> hasty.daemon.request(b.id(), "echo", bytes(""), SOON));
        hasty.daemon.broadcast("hint", bytes(""));
        assertThat(hasty.daemon.view()).containsExactly(hasty.id());
    }

    @Test
    void aRequestWaitsForANodeThatIsAboutToBeSeen() throws Exception {
        b.handlers.put("echo", (_, payload) -> payload);
        Future<byte[]> answer = threads.submit(() -> a.daemon.request(b.id(), "echo", bytes("early"), SOON));

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
        a.daemon.broadcast("nobody.cares", bytes(""));
        a.daemon.broadcast("hint", bytes(""));
        await().atMost(SOON).until(() -> heard.equals(List.of(a.id().toString())));
    }

    @Test
    void aMessageThatIsTooLargeIsRefusedByTheSender() {
        connect();
        failsWith(MessageError.TOO_LARGE, () -> a.daemon.broadcast("big", new byte[Packet.MAX_PAYLOAD_BYTES + 1]));
        b.handlers.put("grow", (_, _) -> new byte[Packet.MAX_PAYLOAD_BYTES + 1]);
        failsWith(MessageError.TOO_LARGE, () -> a.daemon.request(b.id(), "grow", bytes(""), SOON));
    }

    @Test
    void malformedPacketsAreCountedAndHarmNothing() {
        connect();
        b.daemon.received(a.id(), new byte[] {1, 2, 3});
        b.daemon.received(a.id(), new byte[40]);
        b.daemon.received(a.id(), new byte[41]);
        b.daemon.received(a.id(), new Packet(Packet.Kind.ANSWER, 7, "", bytes("forged")).encode());

        assertThat(b.daemon.dropped())
                .isEqualTo(Map.of("too short", 1L, "wrong magic", 2L, "nobody waits for this answer", 1L));
    }

    @Test
    void joiningIsTriedAgainAndATransportCanBeSwapped() {
        List<Link> joined = new CopyOnWriteArrayList<>();
        Transport shy = (settings, receiver) -> {
            joined.add(loopback.join(settings, receiver));
            if (joined.size() == 1) {
                joined.getFirst().close();
                throw TransportError.CANNOT_JOIN.error("no", "not yet", "wait");
            }
            return joined.getLast();
        };
        a.connector.use(Optional.of(shy));
        b.connector.use(Optional.of(loopback));
        await().atMost(SOON).until(() -> a.daemon.view().contains(b.id()));
        assertThat(joined).hasSize(2);
        await().atMost(SOON)
                .until(() -> a.membership
                        .self()
                        .transportAddress()
                        .equals(joined.getLast().address()));

        a.connector.unless(loopback);
        a.connector.unless(shy);
        await().atMost(SOON).until(() -> b.daemon.view().equals(Set.of(b.id())));
        a.connector.use(Optional.of(loopback));
        await().atMost(SOON).until(() -> a.daemon.view().contains(b.id()));
    }

    @Table("client")
    record ClientRow(long id, String name) {}

    @Test
    void aCommitOnOneNodeIsHintedToTheOthers() {
        connect();
        List<String> told = new CopyOnWriteArrayList<>();
        try (Database here = JdbcEngine.embedded().open("embedded:" + directory, Map.of());
                Database there = JdbcEngine.embedded().open("embedded:" + directory, Map.of());
                RevisionHints mine = new RevisionHints(here, a.daemon, threads);
                RevisionHints theirs = new RevisionHints(there, b.daemon, threads)) {
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
