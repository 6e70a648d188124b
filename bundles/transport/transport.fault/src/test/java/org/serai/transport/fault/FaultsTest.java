package org.serai.transport.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.serai.ffdc.SeraiException;
import org.serai.transport.spi.Link;
import org.serai.transport.spi.Receiver;
import org.serai.transport.spi.Transport;

class FaultsTest {
    private static final UUID PEER = new UUID(1, 1);
    private static final UUID SELF = new UUID(3, 3);
    private static final UUID OTHER = new UUID(2, 2);

    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private final Faults faults =
            new Faults(new Random(1), (delayMs, task) -> tasks.add(new Task(delayMs, tasks.size(), task)));
    private final List<String> wire = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();
    private Receiver fromWire;
    private final Link link = new FaultTransport(new Wire(), faults)
            .join(new Transport.Settings(UUID.randomUUID(), SELF, new byte[0], List::of), new Ear());

    private record Task(long delayMs, int number, Runnable run) implements Comparable<Task> {
        @Override
        public int compareTo(Task task) {
            return delayMs != task.delayMs ? Long.compare(delayMs, task.delayMs) : number - task.number;
        }
    }

    private final class Wire implements Transport, Link {
        @Override
        public String wire() {
            return "wire";
        }

        @Override
        public Link join(Settings settings, Receiver receiver) {
            fromWire = receiver;
            return this;
        }

        @Override
        public String address() {
            return "wire:1";
        }

        @Override
        public boolean send(UUID node, byte[] message) {
            wire.add(node.getMostSignificantBits() + ":" + message[0]);
            return true;
        }

        @Override
        public void broadcast(byte[] message) {
            throw new AssertionError("each node has a fault of its own");
        }

        @Override
        public Set<UUID> view() {
            return Set.of(PEER, OTHER, SELF);
        }

        @Override
        public void close() {
            wire.add("closed");
        }
    }

    private final class Ear implements Receiver {
        @Override
        public void received(UUID from, byte[] message) {
            heard.add(from.getMostSignificantBits() + ":" + message[0]);
        }

        @Override
        public void viewChanged(Set<UUID> nodes) {
            heard.add("view");
        }
    }

    private void send(int... messages) {
        for (int message : messages) {
            assertThat(link.send(PEER, new byte[] {(byte) message})).isTrue();
        }
    }

    private void letTimePass() {
        while (!tasks.isEmpty()) {
            tasks.poll().run().run();
        }
    }

    @Test
    void aPartitionOneWayLosesWhatIsSentAndNobodyIsTold() {
        try (Faults.Active cut = faults.add(Rule.of(Effect.LOSE).with(Rule.Way.TO, PEER))) {
            send(1, 2);
            link.send(OTHER, new byte[] {3});
            fromWire.received(PEER, new byte[] {4});
            assertThat(cut.hits()).isEqualTo(2);
        }
        send(5);
        assertThat(wire).containsExactly("2:3", "1:5");
        assertThat(heard).containsExactly("1:4");
    }

    @Test
    void aPartitionBothWaysLosesEverythingOfThatNode() {
        faults.set(List.of(Rule.parse("lose of=" + PEER)));
        send(1);
        fromWire.received(PEER, new byte[] {2});
        fromWire.received(OTHER, new byte[] {3});
        assertThat(wire).isEmpty();
        assertThat(heard).containsExactly("2:3");

        faults.set(List.of());
        send(4);
        assertThat(wire).containsExactly("1:4");
    }

    @Test
    void aDelayKeepsTheOrderAndReorderingDoesNot() {
        faults.add(Rule.of(Effect.DELAY).timeMs(50).times(1));
        send(1, 2, 3);
        assertThat(wire).isEmpty();
        letTimePass();
        assertThat(wire).containsExactly("1:1", "1:2", "1:3");

        faults.set(List.of(Rule.of(Effect.REORDER).timeMs(50).times(1)));
        send(4, 5);
        letTimePass();
        assertThat(wire).endsWith("1:5", "1:4");
    }

    @Test
    void aDoubledMessageComesTwiceAndABroadcastIsManyMessages() {
        faults.add(Rule.parse("double times=1"));
        link.broadcast(new byte[] {7});
        assertThat(wire).hasSize(3);
    }

    @Test
    void aPartOfAHundredIsConcerned() {
        Faults.Active rule = faults.add(Rule.parse("lose 30%"));
        for (int i = 0; i < 1000; i++) {
            send(1);
        }
        assertThat(rule.hits()).isBetween(240L, 360L);
        assertThat(wire).hasSize(1000 - (int) rule.hits());
    }

    @Test
    void whatIsDelayedBeyondTheCloseIsNotHeard() {
        faults.add(Rule.parse("delay:10 from=" + PEER));
        fromWire.received(PEER, new byte[] {1});
        link.close();
        letTimePass();
        assertThat(heard).isEmpty();
        assertThat(wire).containsExactly("closed");
    }

    @Test
    void aNodeThatIsNotSeenIsNotSentTo() {
        assertThat(link.send(new UUID(9, 9), new byte[1])).isFalse();
        assertThat(link.view()).containsExactlyInAnyOrder(PEER, OTHER, SELF);
        assertThat(new FaultTransport(new Wire(), faults).wire()).isEqualTo("wire");
    }

    @Test
    void aRuleIsReadAsItIsConfigured() {
        assertThat(Rule.parse(" delay:20  5% from=" + PEER + " times=3"))
                .isEqualTo(new Rule(Effect.DELAY, 20, 5, Rule.Way.FROM, Optional.of(PEER), 3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "lost",
                "lose:5",
                "delay",
                "delay:x",
                "delay:-1",
                "lose 101%",
                "lose to",
                "lose to=web1",
                "lose x=1",
                "lose times=-1"
            })
    void whatIsNoRuleIsRefusedWithTheForm(String text) {
        assertThatExceptionOfType(SeraiException.class)
                .isThrownBy(() -> Rule.parse(text))
                .withMessageContaining("transport.fault.rules")
                .withMessageContaining("EFFECT");
    }
}
