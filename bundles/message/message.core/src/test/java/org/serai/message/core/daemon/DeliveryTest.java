package org.serai.message.core.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.serai.message.Message;
import org.serai.message.Receipts;
import org.serai.message.Viod;
import org.serai.message.core.daemon.SimulatedCluster.Life;
import org.serai.message.core.daemon.SimulatedCluster.Weather;

/** What holds whatever the wire does. */
class DeliveryTest {
    private static final int MESSAGES = 40;
    private static final int WITHIN_MS = 10_000;

    /** A message as it was sent. */
    private record Sent(int number, Life from, Message message, Viod.Sending sending) {
        boolean isFor(UUID node) {
            return message.isBroadcast()
                    ? !node.equals(from.node)
                    : message.targets().contains(node);
        }
    }

    private final List<Sent> sent = new ArrayList<>();
    private final Map<Life, List<Integer>> handled = new HashMap<>();

    private void listen(Life life) {
        handled.put(life, new ArrayList<>());
        life.handlers.put("t", (_, payload) -> {
            handled.get(life).add(Integer.parseInt(new String(payload, StandardCharsets.US_ASCII)));
            return payload;
        });
    }

    /** Messages of all sorts, from all nodes, over ten seconds. */
    private void send(SimulatedCluster cluster, int nodes) {
        for (int i = 0; i < MESSAGES; i++) {
            int number = i;
            cluster.after(cluster.random().nextInt(WITHIN_MS), () -> {
                Life from = cluster.lives().get(cluster.random().nextInt(nodes));
                Message message = any(cluster, number);
                sent.add(new Sent(number, from, message, from.daemon.send(message)));
            });
        }
    }

    private static Message any(SimulatedCluster cluster, int number) {
        byte[] payload = Integer.toString(number).getBytes(StandardCharsets.US_ASCII);
        List<Life> lives = cluster.lives();
        Message message = cluster.random().nextBoolean()
                ? Message.toAll("t", payload)
                : Message.to(Set.of(lives.get(cluster.random().nextInt(lives.size())).node), "t", payload);
        message = cluster.random().nextInt(4) > 0 ? message.withReceipts() : message;
        return cluster.random().nextBoolean() ? message.withResponse(Duration.ofSeconds(30)) : message;
    }

    private void everyArrayAndResponseEnded() {
        for (Sent each : sent) {
            if (each.from.ended) {
                continue;
            }
            assertThat(each.sending.receipts()).isCompleted();
            assertThat(each.sending.responses()).isCompleted();
            Receipts receipts = each.sending.receipts().join();
            assertThat(receipts.entries()).noneMatch(entry -> entry.state() == Receipts.State.WAITING);
            assertThat(each.from.daemon.stats().openArrays()).isZero();
            assertThat(each.from.daemon.stats().responseQueue()).isZero();
        }
    }

    /** What wants a response has a thread of its own; it is in order among its like only because this one thread is. */
    private void inOrderAndAtMostOnce() {
        handled.forEach((life, numbers) -> {
            assertThat(numbers).doesNotHaveDuplicates();
            for (Life from : handled.keySet()) {
                inOrder(from, numbers, true);
                inOrder(from, numbers, false);
            }
        });
    }

    private void inOrder(Life from, List<Integer> numbers, boolean response) {
        List<Integer> order = sent.stream()
                .filter(each -> each.from == from && numbers.contains(each.number))
                .filter(each -> each.message.response().isPresent() == response)
                .map(Sent::number)
                .toList();
        assertThat(numbers.stream().filter(order::contains).toList()).isEqualTo(order);
    }

    @Property
    void belowTheBoundOfAttemptsEachMessageIsHandledOnceByEachTarget(
            @ForAll long seed,
            @ForAll @IntRange(min = 2, max = 6) int nodes,
            @ForAll @IntRange(max = 60) int loss,
            @ForAll @IntRange(max = 60) int doubled,
            @ForAll @IntRange(max = 200) int delayMs,
            @ForAll @IntRange(max = 50) int togetherMs) {
        SimulatedCluster cluster = start(seed, nodes, new Weather(loss, 3, doubled, delayMs, togetherMs));
        cluster.run();

        everyArrayAndResponseEnded();
        inOrderAndAtMostOnce();
        for (Sent each : sent) {
            handled.forEach((life, numbers) -> {
                assertThat(!numbers.contains(each.number) || each.isFor(life.node))
                        .isTrue();
                if (each.message.receipts() && each.isFor(life.node)) {
                    assertThat(numbers).contains(each.number);
                }
            });
        }
    }

    @Property
    void onAFineDayNothingIsSentAgainAndNothingIsMissing(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 6) int nodes,
            @ForAll @IntRange(max = 50) int togetherMs) {
        SimulatedCluster cluster = start(seed, nodes, new Weather(0, 0, 0, 0, togetherMs));
        cluster.run();

        everyArrayAndResponseEnded();
        for (Sent each : sent) {
            assertThat(each.sending.receipts().join().complete()).isTrue();
            handled.forEach(
                    (life, numbers) -> assertThat(numbers.contains(each.number)).isEqualTo(each.isFor(life.node)));
        }
        cluster.lives().forEach(life -> {
            assertThat(life.daemon.stats().sentAgain()).isZero();
            assertThat(life.daemon.stats().dropped()).isEmpty();
        });
    }

    /** With more than three losses of a message, long delays and nodes that die and come back. */
    @Property
    void inAnyWeatherWhatIsConfirmedWasHandledAndNothingTwice(
            @ForAll long seed,
            @ForAll @IntRange(min = 2, max = 6) int nodes,
            @ForAll @IntRange(max = 95) int loss,
            @ForAll @IntRange(max = 60) int doubled,
            @ForAll @IntRange(max = 9000) int delayMs,
            @ForAll @IntRange(max = 2000) int togetherMs,
            @ForAll @IntRange(max = 4) int crashes) {
        SimulatedCluster cluster = start(seed, nodes, new Weather(loss, -1, doubled, delayMs, togetherMs));
        for (int i = 0; i < crashes; i++) {
            cluster.after(cluster.random().nextInt(WITHIN_MS), () -> {
                Life victim = cluster.lives().get(cluster.random().nextInt(nodes));
                listen(cluster.restart(victim.node));
            });
        }
        cluster.run();

        everyArrayAndResponseEnded();
        inOrderAndAtMostOnce();
        for (Sent each : sent) {
            if (!each.from.ended) {
                each.sending.receipts().join().entries().forEach(entry -> confirmedMeansHandled(each, entry));
            }
        }
    }

    private void confirmedMeansHandled(Sent each, Receipts.Entry entry) {
        List<Life> lives = handled.keySet().stream()
                .filter(life -> life.node.equals(entry.node()))
                .toList();
        boolean died = lives.size() > 1;
        if (entry.state() == Receipts.State.RECEIVED && !died) {
            assertThat(handled.get(lives.getFirst())).contains(each.number);
        }
        assertThat(entry.state() == Receipts.State.NOT_ASKED)
                .isNotEqualTo(each.message.receipts() && each.isFor(entry.node()));
    }

    private SimulatedCluster start(long seed, int nodes, Weather weather) {
        sent.clear();
        handled.clear();
        SimulatedCluster cluster = new SimulatedCluster(seed, nodes, weather);
        cluster.lives().forEach(this::listen);
        send(cluster, nodes);
        return cluster;
    }
}
