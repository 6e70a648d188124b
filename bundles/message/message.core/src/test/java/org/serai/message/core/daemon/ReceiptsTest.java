package org.serai.message.core.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.serai.message.Message;
import org.serai.message.Message.Origin;
import org.serai.message.Receipts;
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

/** One receipt for what is handed up together, and what becomes of receipts that are lost, doubled, late or forged. */
class ReceiptsTest {
    private static final byte[] X = {'x'};
    private static final int TOGETHER_MS = 10;

    private final SimulatedCluster cluster = new SimulatedCluster(1, 3, new Weather(0, 0, 0, 0, TOGETHER_MS));
    private final Life sender = cluster.lives().get(0);
    private final Life receiver = cluster.lives().get(1);
    private final Life other = cluster.lives().get(2);
    private final List<TracedPacket> traced = new ArrayList<>();

    private Viod.Sending send() {
        return sender.daemon.send(Message.to(Set.of(receiver.node), "t", X).withReceipts());
    }

    private List<Viod.Sending> send(int messages) {
        return IntStream.range(0, messages).mapToObj(_ -> send()).toList();
    }

    private List<TracedPacket> receiptsOf(Life life) {
        life.daemon.trace(traced::add);
        cluster.run();
        return traced.stream()
                .filter(packet -> packet.kind().equals("receipt") && packet.outgoing())
                .toList();
    }

    /** As the receiver of the sender's message would confirm it. */
    private byte[] receipt(Viod.Sending of, UUID from, long order) {
        int end = of.transaction().lastIndexOf('-');
        long number = Long.parseLong(of.transaction().substring(end + 1));
        UUID life = UUID.fromString(of.transaction().substring(0, end));
        Packet message = new Packet(
                new Header(new TransactionId(life, number), Header.Status.OK, 0, Origin.API, true),
                new SubHeader(
                        Opcode.MESSAGE,
                        sender.node,
                        List.of(from),
                        false,
                        false,
                        new Place(order, 0, 1),
                        number,
                        8,
                        "",
                        "t"),
                X);
        return PacketWriter.write(message.receipt(from));
    }

    private Map<String, Long> dropped() {
        return sender.daemon.stats().dropped();
    }

    @Test
    void whatIsHandedUpTogetherHasOneReceipt() {
        List<Viod.Sending> sent = send(50);

        assertThat(receiptsOf(receiver)).hasSize(1);
        assertThat(sent).allMatch(sending -> sending.receipts().join().complete());
        assertThat(sender.daemon.stats().receiptsReceived()).isEqualTo(50);
        assertThat(sender.daemon.stats().sentAgain()).isZero();
        assertThat(dropped()).isEmpty();
    }

    @Test
    void aReceiptThatIsLostIsMadeGoodByTheNext() {
        Viod.Sending first = send();
        sender.deaf = true;
        cluster.after(100, () -> {
            assertThat(first.receipts()).isNotDone();
            sender.deaf = false;
            send();
        });
        cluster.run();

        assertThat(first.receipts().join().complete()).isTrue();
        assertThat(sender.daemon.stats().sentAgain()).isZero();
    }

    @Test
    void aReceiptConfirmsNothingThatComesAfterItsMessage() {
        receiver.deaf = true;
        List<Viod.Sending> sent = send(3);
        sender.daemon.vke().received(receiver.node, receipt(sent.get(1), receiver.node, 2));

        assertThat(sent.get(0).receipts()).isCompleted();
        assertThat(sent.get(1).receipts()).isCompleted();
        assertThat(sent.get(2).receipts()).isNotDone();
    }

    @Test
    void aReceiptConfirmsForTheNodeThatSentItAndForNoOther() {
        receiver.deaf = true;
        other.deaf = true;
        List<Viod.Sending> sent = List.of(
                sender.daemon.send(Message.toAll("t", X).withReceipts()),
                sender.daemon.send(Message.toAll("t", X).withReceipts()));
        sender.daemon.vke().received(receiver.node, receipt(sent.get(1), receiver.node, 2));
        cluster.run();

        for (Viod.Sending each : sent) {
            assertThat(each.receipts().join().entries())
                    .anyMatch(entry -> entry.node().equals(receiver.node) && entry.state() == Receipts.State.RECEIVED)
                    .anyMatch(entry -> entry.node().equals(other.node) && entry.state() == Receipts.State.FAILED);
        }
    }

    @Test
    void doubledAndOvertakenReceiptsChangeNothing() {
        receiver.deaf = true;
        List<Viod.Sending> sent = send(3);
        byte[] late = receipt(sent.get(0), receiver.node, 1);
        byte[] last = receipt(sent.get(1), receiver.node, 2);
        sender.daemon.vke().received(receiver.node, List.of(last, last, late));

        assertThat(sent.get(2).receipts()).isNotDone();
        assertThat(sender.daemon.stats().receiptsReceived()).isEqualTo(2);
        assertThat(dropped()).isEqualTo(Map.of("receipt for no open RC array", 2L));
    }

    @Test
    void aReceiptOfOneOfManyTargetsThatComesTwiceIsADuplicate() {
        receiver.deaf = true;
        other.deaf = true;
        Viod.Sending sending = sender.daemon.send(Message.toAll("t", X).withReceipts());
        byte[] receipt = receipt(sending, receiver.node, 1);
        sender.daemon.vke().received(receiver.node, List.of(receipt, receipt));

        assertThat(dropped()).isEqualTo(Map.of("duplicate receipt", 1L));
        assertThat(sending.receipts()).isNotDone();
    }

    @Test
    void forgedReceiptsConfirmNothing() {
        receiver.deaf = true;
        List<Viod.Sending> sent = send(2);
        byte[] aboveAll = receipt(sent.get(0), receiver.node, 3);
        byte[] ofAnotherPlace = receipt(sent.get(0), receiver.node, 2);
        byte[] ofANodeNotAsked = receipt(sent.get(0), other.node, 1);
        sender.daemon.vke().received(receiver.node, List.of(aboveAll, ofAnotherPlace));
        sender.daemon.vke().received(other.node, ofANodeNotAsked);
        byte[] ofAnotherLife = aboveAll.clone();
        ofAnotherLife[40] ^= 1;
        sender.daemon.vke().received(receiver.node, ofAnotherLife);

        assertThat(sent).noneMatch(sending -> sending.receipts().isDone());
        assertThat(dropped()).isEqualTo(Map.of("receipt of a node that was not asked", 3L, "wrong checksum", 1L));
    }

    @Test
    void aReceiptOfAMessageThatIsOverConfirmsNothingThatWasNeverSent() {
        Viod.Sending over = send();
        cluster.run();
        receiver.deaf = true;
        Viod.Sending open = send();
        sender.daemon.vke().received(receiver.node, receipt(over, receiver.node, 3));

        assertThat(open.receipts()).isNotDone();
        assertThat(dropped()).isEqualTo(Map.of("receipt of a node that was not asked", 1L));
    }

    @Test
    void theReceiptsOfAFormerLifeConfirmNothingOfThisOne() {
        receiver.deaf = true;
        Viod.Sending former = send();
        byte[] receipt = receipt(former, receiver.node, 1);
        Life again = cluster.restart(sender.node);
        Viod.Sending now =
                again.daemon.send(Message.to(Set.of(receiver.node), "t", X).withReceipts());
        again.daemon.vke().received(receiver.node, receipt);

        assertThat(now.receipts()).isNotDone();
        assertThat(again.daemon.stats().dropped()).isEqualTo(Map.of("receipt for no open RC array", 1L));
    }

    @Test
    void aHandlerGetsItsThreadWhenTheReceiptIsOnItsWay() {
        List<Integer> sentBefore = new ArrayList<>();
        receiver.handOver = () -> sentBefore.add(
                (int) traced.stream().filter(TracedPacket::outgoing).count());
        send();
        receiptsOf(receiver);

        assertThat(sentBefore).containsExactly(1);
    }
}
