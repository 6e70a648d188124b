package org.serai.message.core.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.serai.ffdc.SeraiException;
import org.serai.message.Message;
import org.serai.message.MessageError;
import org.serai.message.Viod;
import org.serai.message.core.daemon.SimulatedCluster.Life;
import org.serai.message.core.daemon.SimulatedCluster.Weather;

/** A receiver that is slow, or gone, takes a bounded room at its sender and at itself, and nothing is lost by it. */
class BackPressureTest {
    private static final int MAX_MESSAGES = 32_768;
    private static final int MEBI = 1 << 20;

    private final SimulatedCluster cluster = new SimulatedCluster(1, 2, new Weather(0, 0, 0, 0, 0));
    private final Life sender = cluster.lives().get(0);
    private final Life receiver = cluster.lives().get(1);
    private final List<Integer> heard = new ArrayList<>();

    BackPressureTest() {
        receiver.handlers.put("t", (_, payload) -> {
            heard.add(ByteBuffer.wrap(payload).getInt());
            return payload;
        });
    }

    private Viod.Sending send(int number, int bytes) {
        byte[] payload = ByteBuffer.allocate(bytes).putInt(number).array();
        return sender.daemon.send(
                Message.to(Set.of(receiver.node), "t", payload).withReceipts());
    }

    /** Sends until there is no room; how many went. */
    private int fill(int bytes) {
        for (int sent = 0; sent <= MAX_MESSAGES; sent++) {
            try {
                send(sent, bytes);
            } catch (SeraiException e) {
                assertThat(e.code()).isEqualTo(MessageError.TOO_MANY);
                return sent;
            }
        }
        throw new AssertionError("the sender took any number of messages");
    }

    @Test
    void soManyMessagesWaitForReceiptsAndNoMore() {
        receiver.deaf = true;

        assertThat(fill(4)).isEqualTo(MAX_MESSAGES);
        assertThat(sender.daemon.stats().openArrays()).isEqualTo(MAX_MESSAGES);
    }

    @Test
    void soManyBytesWaitForReceiptsAndNoMore() {
        receiver.deaf = true;

        assertThat(fill(MEBI)).isEqualTo(32);
        assertThat(fill(4)).isZero();
    }

    @Test
    void thereIsRoomAgainWhenMessagesAreConfirmedOrGivenUp() {
        receiver.deaf = true;
        fill(MEBI);
        cluster.run();
        assertThat(sender.daemon.stats().receiptsMissing()).isEqualTo(32);

        receiver.deaf = false;
        for (int i = 0; i < 3; i++) {
            assertThat(fill(MEBI)).isEqualTo(32);
            cluster.run();
        }
        assertThat(heard).hasSize(96);
    }

    @Test
    void hintsTakeNoRoom() {
        receiver.deaf = true;
        fill(MEBI);

        sender.daemon.send(Message.toAll("t", new byte[4]));
    }

    /** More wait at the receiver than it holds when the one that they all wait for comes. */
    @Test
    void whatAllWaitForComesThroughHoweverMuchWaits() {
        receiver.deaf = true;
        List<Viod.Sending> sent = new ArrayList<>(List.of(send(0, 4)));
        cluster.after(1, () -> {
            receiver.deaf = false;
            IntStream.rangeClosed(1, 3_000).forEach(i -> sent.add(send(i, 4)));
        });
        cluster.run();

        assertThat(sent).hasSize(3_001).allMatch(each -> each.receipts().join().complete());
        assertThat(heard).isEqualTo(IntStream.rangeClosed(0, 3_000).boxed().toList());
        assertThat(receiver.daemon.stats().dropped()).containsKey("too many held until earlier ones come");
    }

    @Test
    void aHandlerThatIsBehindHoldsItsSenderBackByBytes() {
        List<Runnable> handed = new ArrayList<>();
        ReceiveQueue queue = new ReceiveQueue(handed::add);
        while (queue.hasRoom(sender.node)) {
            queue.inOrder(sender.node, MEBI, () -> {});
        }
        queue.start();
        assertThat(queue.depth()).isEqualTo(32);
        assertThat(queue.hasRoom(receiver.node)).isFalse();

        handed.forEach(Runnable::run);
        assertThat(queue.hasRoom(sender.node)).isTrue();
        assertThat(queue.depth()).isZero();
    }

    @Test
    void theLargestMessageGoesAndALargerOneTakesNoRoom() {
        assertThatExceptionOfType(SeraiException.class)
                .isThrownBy(() -> send(0, Message.MAX_PAYLOAD_BYTES + 1))
                .satisfies(e -> assertThat(e.code()).isEqualTo(MessageError.TOO_LARGE));
        assertThat(send(1, Message.MAX_PAYLOAD_BYTES).receipts()).isNotDone();
        cluster.run();
        assertThat(heard).containsExactly(1);
    }
}
