package org.serai.message.core.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.serai.ffdc.SeraiException;
import org.serai.message.Message;
import org.serai.message.Message.Origin;
import org.serai.message.MessageError;
import org.serai.message.Receipts;
import org.serai.message.Response;
import org.serai.message.TracedPacket;
import org.serai.message.Viod;
import org.serai.message.core.daemon.SimulatedCluster.Life;
import org.serai.message.core.daemon.SimulatedCluster.Weather;
import org.serai.message.core.packet.Header;
import org.serai.message.core.packet.Packet;
import org.serai.message.core.packet.PacketWriter;
import org.serai.message.core.packet.SubHeader;
import org.serai.message.core.packet.SubHeader.Opcode;
import org.serai.message.core.packet.SubHeader.Place;
import org.serai.message.core.packet.TransactionId;

class DaemonTest {
    private static final Weather FINE = new Weather(0, 0, 0, 0, 0);
    private static final Weather ALL_LOST = new Weather(100, -1, 0, 0, 0);
    private static final byte[] X = {'x'};

    private static Life node(SimulatedCluster cluster, int index) {
        return cluster.lives().get(index);
    }

    private static Message ask(Life whom) {
        return Message.to(Set.of(whom.node), "t", X).withReceipts().withResponse(Duration.ofSeconds(60));
    }

    @Test
    void anRcArrayThatIsTooShortGrowsWithoutTheSenderDoingAnything() {
        SimulatedCluster cluster = new SimulatedCluster(1, 30, FINE);
        Viod.Sending sending =
                node(cluster, 0).daemon.send(Message.toAll("t", X).withReceipts());
        cluster.run();

        Receipts receipts = sending.receipts().join();
        assertThat(receipts.complete()).isTrue();
        assertThat(receipts.entries()).hasSize(30);
        assertThat(receipts.entries())
                .filteredOn(entry -> entry.state() == Receipts.State.RECEIVED)
                .hasSize(29);
        assertThat(node(cluster, 0).daemon.stats().grown()).isOne();

        node(cluster, 0).daemon.send(Message.toAll("t", X).withReceipts());
        assertThat(node(cluster, 0).daemon.stats().grown()).isOne();
    }

    @Test
    void whatComesBeforeItCanBeAnsweredComesAgain() {
        SimulatedCluster cluster = new SimulatedCluster(1, 2, FINE);
        Life asked = node(cluster, 1);
        List<byte[]> heard = new ArrayList<>();
        asked.handlers.put("t", (_, payload) -> {
            heard.add(payload);
            return payload;
        });
        asked.daemon.vke().use(Optional.empty());
        Viod.Sending sending = node(cluster, 0).daemon.send(ask(asked));
        cluster.after(1, () -> asked.daemon.vke().use(Optional.of(asked)));
        cluster.run();

        assertThat(sending.responses().join())
                .singleElement()
                .satisfies(response ->
                        assertThat(((Response.Answer) response).payload()).isEqualTo(X));
        assertThat(heard).hasSize(1);
        assertThat(asked.daemon.stats().dropped()).isEqualTo(Map.of("nothing can be sent back yet", 1L));
    }

    @Test
    void whoDoesNotConfirmIsSentToAgainAloneAndThenMarkedAsFailed() {
        SimulatedCluster cluster = new SimulatedCluster(1, 3, FINE);
        node(cluster, 2).ended = true;
        List<TracedPacket> traced = new ArrayList<>();
        node(cluster, 0).daemon.trace(traced::add);
        Viod.Sending sending = node(cluster, 0)
                .daemon
                .send(Message.toAll("t", X).withReceipts().withResponse(Duration.ofHours(1)));
        cluster.run();

        Map<UUID, Receipts.Entry> entries = new java.util.HashMap<>();
        sending.receipts().join().entries().forEach(entry -> entries.put(entry.node(), entry));
        assertThat(entries.get(node(cluster, 0).node).state()).isEqualTo(Receipts.State.NOT_ASKED);
        assertThat(entries.get(node(cluster, 1).node).state()).isEqualTo(Receipts.State.RECEIVED);
        assertThat(entries.get(node(cluster, 1).node).attempts()).isOne();
        assertThat(entries.get(node(cluster, 2).node).state()).isEqualTo(Receipts.State.FAILED);
        assertThat(entries.get(node(cluster, 2).node).attempts()).isEqualTo(4);
        assertThat(traced).filteredOn(TracedPacket::outgoing).hasSize(5);
        assertThat(node(cluster, 0).daemon.stats().receiptsMissing()).isOne();
        // A node that confirms nothing answers nothing: nobody waits an hour for it.
        assertThat(sending.responses().join())
                .filteredOn(response -> response.node().equals(node(cluster, 2).node))
                .singleElement()
                .satisfies(response ->
                        assertThat(((Response.Failure) response).error().code()).isEqualTo(MessageError.NOT_CONNECTED));
    }

    @Test
    void aMessageThatIsGivenUpHoldsUpNoLaterOne() {
        SimulatedCluster cluster = new SimulatedCluster(1, 2, FINE);
        Life from = node(cluster, 0);
        Life to = node(cluster, 1);
        List<byte[]> heard = new ArrayList<>();
        to.handlers.put("t", (_, payload) -> {
            heard.add(payload);
            return X;
        });
        to.deaf = true;
        Viod.Sending first =
                from.daemon.send(Message.to(Set.of(to.node), "t", X).withReceipts());
        List<Viod.Sending> later = new ArrayList<>();
        cluster.after(7_400, () -> {
            to.deaf = false;
            later.add(from.daemon.send(Message.to(Set.of(to.node), "t", X).withReceipts()));
        });
        cluster.run();

        assertThat(first.receipts().join().complete()).isFalse();
        assertThat(later.getFirst().receipts().join().complete()).isTrue();
        assertThat(heard).hasSize(1);
        assertThat(from.daemon.stats().sentAgain()).isEqualTo(3);
    }

    @Test
    void responsesGoToTheThirdPartyCallerOnWhoseBehalfItWasAsked() {
        SimulatedCluster cluster = new SimulatedCluster(1, 3, FINE);
        cluster.lives().forEach(life -> life.handlers.put("t", (_, payload) -> payload));
        List<Response> passed = new ArrayList<>();
        Viod.Sending sending = node(cluster, 0)
                .daemon
                .send(
                        Message.toAll("t", X)
                                .withResponse(Duration.ofSeconds(1))
                                .onBehalfOf(Origin.COMMAND_LINE, "operator"),
                        passed::add);
        cluster.run();

        assertThat(passed).hasSize(2).allMatch(Response.Answer.class::isInstance);
        assertThat(sending.responses().join()).containsExactlyInAnyOrderElementsOf(passed);
        assertThat(sending.receipts().join().entries()).isEmpty();
    }

    @Test
    void aResponseThatNeverComesEndsInATimeOutThatSaysSo() {
        SimulatedCluster cluster = new SimulatedCluster(1, 2, FINE);
        node(cluster, 1).handlers.put("t", (_, payload) -> {
            node(cluster, 1).ended = true;
            return payload;
        });
        Viod.Sending sending = node(cluster, 0).daemon.send(ask(node(cluster, 1)));
        cluster.run();

        assertThat(sending.receipts().join().complete()).isTrue();
        SeraiException error = ((Response.Failure) sending.responses().join().getFirst()).error();
        assertThat(error.code()).isEqualTo(MessageError.NO_ANSWER);
        assertThat(error).hasMessageContaining("60000 ms");
    }

    @Test
    void lateDoubledAndForgedReceiptsAndResponsesAreCountedAndDropped() {
        SimulatedCluster cluster = new SimulatedCluster(1, 3, FINE);
        node(cluster, 1).handlers.put("t", (_, payload) -> payload);
        Daemon asker = node(cluster, 0).daemon;
        UUID asked = node(cluster, 1).node;
        UUID other = node(cluster, 2).node;
        List<String> transactions = new ArrayList<>();
        asker.trace(packet -> transactions.add(packet.transaction()));
        Viod.Sending sending = asker.send(ask(node(cluster, 1)));
        Packet message = message(asker, node(cluster, 0).node, asked, sending.transaction());
        byte[] response = PacketWriter.write(message.response(asked, Header.Status.OK, X));
        byte[] receipt = PacketWriter.write(message.receipt(asked));

        asker.vke().received(other, PacketWriter.write(message.receipt(other)));
        asker.vke().received(other, receipt);
        asker.vke().received(other, PacketWriter.write(message.response(other, Header.Status.OK, X)));
        cluster.run();
        asker.vke().received(asked, receipt);
        asker.vke().received(asked, response);

        assertThat(sending.responses().join()).hasSize(1);
        assertThat(asker.stats().dropped())
                .isEqualTo(Map.of(
                        "receipt of a node that was not asked", 1L,
                        "not sent by its sender", 1L,
                        "nobody waits for this response", 2L,
                        "receipt for no open RC array", 1L));
    }

    private static Packet message(Daemon asker, UUID from, UUID to, String transaction) {
        int end = transaction.lastIndexOf('-');
        long number = Long.parseLong(transaction.substring(end + 1));
        UUID life = UUID.fromString(transaction.substring(0, end));
        return new Packet(
                new Header(new TransactionId(life, number), Header.Status.OK, 0, Origin.API, true),
                new SubHeader(Opcode.MESSAGE, from, List.of(to), false, true, new Place(1, 0, 1), number, 8, "", "t"),
                X);
    }

    @Test
    void aTransportThatSeesANodeLaterGetsWhatWaitsForItAtOnce() {
        SimulatedCluster cluster = new SimulatedCluster(1, 2, FINE);
        Life from = node(cluster, 0);
        from.daemon.vke().use(Optional.empty());
        Viod.Sending sending = from.daemon.send(ask(node(cluster, 1)));
        cluster.after(100, () -> from.daemon.vke().use(Optional.of(from)));
        cluster.run();

        assertThat(sending.receipts().join().entries())
                .filteredOn(entry -> entry.state() == Receipts.State.RECEIVED)
                .singleElement()
                .satisfies(entry -> assertThat(entry.afterUs()).isBetween(100_000L, 101_000L));
    }

    @Test
    void aNodeThatIsNeverSeenIsGivenUpSooner() {
        SimulatedCluster cluster = new SimulatedCluster(1, 2, FINE);
        Life from = node(cluster, 0);
        from.daemon.vke().use(Optional.empty());
        Viod.Sending sending = from.daemon.send(ask(node(cluster, 1)));
        cluster.run();

        assertThat(sending.receipts().join().entries())
                .filteredOn(entry -> entry.node().equals(node(cluster, 1).node))
                .allMatch(entry -> entry.state() == Receipts.State.FAILED && entry.attempts() == 3);
    }

    @Test
    void whoIsGivenUpSoonerThanOthersHearsWhatComesLater() {
        SimulatedCluster cluster = new SimulatedCluster(1, 3, FINE);
        Life from = node(cluster, 0);
        node(cluster, 1).deaf = true;
        node(cluster, 2).hidden = true;
        Viod.Sending first = from.daemon.send(Message.toAll("t", X).withReceipts());
        cluster.after(3_200, () -> node(cluster, 1).deaf = false);
        List<Viod.Sending> later = new ArrayList<>();
        cluster.after(10_000, () -> {
            cluster.restart(node(cluster, 2).node);
            later.add(from.daemon.send(Message.toAll("t", X).withReceipts()));
        });
        cluster.run();

        assertThat(first.receipts().join().entries())
                .filteredOn(entry -> entry.state() == Receipts.State.FAILED)
                .extracting(Receipts.Entry::node)
                .containsExactly(node(cluster, 2).node);
        assertThat(later.getFirst().receipts().join().complete()).isTrue();
        assertThat(from.daemon.stats().receiptsMissing()).isOne();
    }

    @Test
    void aHandlerThatIsTooSlowHoldsItsSendersBackAndLosesNothing() {
        SimulatedCluster cluster = new SimulatedCluster(1, 2, FINE);
        Life to = node(cluster, 1);
        List<byte[]> heard = new ArrayList<>();
        to.handlers.put("t", (_, payload) -> {
            heard.add(payload);
            return X;
        });
        for (int i = 0; i < 10_500; i++) {
            node(cluster, 0).daemon.send(Message.to(Set.of(to.node), "t", X).withReceipts());
        }
        cluster.run();

        assertThat(heard).hasSize(10_500);
        assertThat(to.daemon.stats().dropped())
                .containsOnlyKeys("too many wait for their handlers", "duplicate message");
        assertThat(to.daemon.stats().receiveQueue()).isZero();
    }

    @Test
    void aMessageOutOfBoundsIsRefusedByItsSender() {
        Daemon daemon = node(new SimulatedCluster(1, 1, ALL_LOST), 0).daemon;
        for (String topic : List.of("", "t".repeat(256))) {
            assertThatExceptionOfType(SeraiException.class)
                    .isThrownBy(() -> daemon.send(Message.toAll(topic, X)))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(MessageError.BAD_MESSAGE));
        }
        assertThatExceptionOfType(SeraiException.class)
                .isThrownBy(() -> daemon.send(Message.toAll("t", X).onBehalfOf(Origin.API, "ü".repeat(128))))
                .satisfies(e -> assertThat(e.code()).isEqualTo(MessageError.BAD_MESSAGE));
    }

    @Test
    void aTraceTellsOfEveryPacketUntilItIsClosed() {
        SimulatedCluster cluster = new SimulatedCluster(1, 2, FINE);
        node(cluster, 1).handlers.put("t", (_, payload) -> payload);
        List<TracedPacket> traced = new ArrayList<>();
        Viod.Tracing tracing = node(cluster, 1).daemon.trace(traced::add);
        node(cluster, 0).daemon.send(ask(node(cluster, 1)));
        cluster.run();
        tracing.close();
        node(cluster, 0).daemon.send(ask(node(cluster, 1)));
        cluster.run();

        assertThat(traced)
                .extracting(packet -> packet.kind() + " " + packet.outgoing() + " " + packet.outcome())
                .containsExactly("message false handed up", "receipt true sent", "response true sent");
    }
}
