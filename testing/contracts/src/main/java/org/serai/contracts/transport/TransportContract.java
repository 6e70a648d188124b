package org.serai.contracts.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.serai.transport.spi.BatchReceiver;
import org.serai.transport.spi.Link;
import org.serai.transport.spi.Receiver;
import org.serai.transport.spi.Transport;

/** What every cluster interconnect owes to those above it. A driver's test extends this and names the driver. */
public abstract class TransportContract {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final byte[] SECRET = "the members' secret, 32 bytes...".getBytes(StandardCharsets.US_ASCII);

    private final UUID cluster = UUID.randomUUID();
    private final List<String> addresses = new CopyOnWriteArrayList<>();
    private final List<Member> members = new ArrayList<>();

    /** For a contract's driver to be named by its test. */
    protected TransportContract() {}

    /** The driver under test; called once for each node that joins. */
    protected abstract Transport transport();

    /** Ends a node without a goodbye, as far as that can be done within one process. */
    protected void kill(Link link) {
        link.close();
    }

    @AfterEach
    void leave() {
        members.forEach(member -> member.link.close());
    }

    private Member join() {
        return join(UUID.randomUUID(), cluster, SECRET);
    }

    private Member join(UUID node, UUID into, byte[] secret) {
        return join(new Member(node), into, secret);
    }

    private Member join(Member member, UUID into, byte[] secret) {
        member.link = transport()
                .join(new Transport.Settings(into, member.node, secret, () -> List.copyOf(addresses)), member);
        addresses.add(member.link.address());
        members.add(member);
        return member;
    }

    private static void awaitView(Member... together) {
        Set<UUID> nodes =
                Set.copyOf(Arrays.stream(together).map(member -> member.node).toList());
        for (Member member : together) {
            await().atMost(SOON).until(() -> member.link.view().equals(nodes));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aNodeAloneSeesItselfAndReachesNobody() {
        Member a = join();

        assertThat(a.link.view()).containsExactly(a.node);
        assertThat(a.link.send(UUID.randomUUID(), bytes("x"))).isFalse();
        assertThat(a.link.send(a.node, bytes("x"))).isFalse();
        a.link.broadcast(bytes("x"));
        assertThat(a.link.address()).matches("\\S+:[0-9]+");
        assertThat(transport().wire()).matches("[a-z0-9+-]+");
    }

    @Test
    void aDirectedMessageReachesItsNodeAndNoOther() {
        Member a = join();
        Member b = join();
        Member c = join();
        awaitView(a, b, c);

        assertThat(a.link.send(b.node, bytes("for b"))).isTrue();
        assertThat(a.link.send(c.node, bytes("for c"))).isTrue();

        await().atMost(SOON).until(() -> b.texts().size() == 1 && c.texts().size() == 1);
        assertThat(b.heard.getFirst().from()).isEqualTo(a.node);
        assertThat(b.texts()).containsExactly("for b");
        assertThat(c.texts()).containsExactly("for c");
        assertThat(a.heard).isEmpty();
    }

    @Test
    void aBroadcastReachesAllOthers() {
        Member a = join();
        Member b = join();
        Member c = join();
        awaitView(a, b, c);

        b.link.broadcast(bytes("all"));

        await().atMost(SOON).until(() -> a.texts().size() == 1 && c.texts().size() == 1);
        assertThat(a.heard.getFirst().from()).isEqualTo(b.node);
        assertThat(b.heard).isEmpty();
    }

    @Test
    void whatIsSentQuicklyReachesThoseNodesAndNoOther() {
        Member a = join();
        Member b = join();
        Member c = join();
        Member d = join();
        awaitView(a, b, c, d);
        UUID nobody = UUID.randomUUID();

        assertThat(a.link.sendQuickly(Set.of(b.node, c.node, d.node, nobody), bytes("all")))
                .containsExactlyInAnyOrder(b.node, c.node, d.node);
        assertThat(a.link.sendQuickly(Set.of(nobody), bytes("nobody"))).isEmpty();

        untilHeard("all", a, b, c, d);
        untilHeard("two", a, b, d);
        untilHeard("one", a, b);
        assertThat(c.texts()).containsOnly("all");
        assertThat(d.texts()).containsOnly("all", "two");
        assertThat(a.heard).isEmpty();
    }

    /** Some of it may be lost. */
    private static void untilHeard(String text, Member from, Member... by) {
        Set<UUID> nodes = Arrays.stream(by).map(member -> member.node).collect(Collectors.toSet());
        await().atMost(SOON).until(() -> {
            byte[] buffer = bytes(text);
            from.link.sendQuickly(nodes, buffer);
            Arrays.fill(buffer, (byte) 'x');
            return Arrays.stream(by).allMatch(member -> member.texts().contains(text));
        });
    }

    @Test
    void whatIsSentQuicklyComesAtMostOnce() {
        Member a = join();
        Member b = join();
        awaitView(a, b);
        int count = 2_000;
        AtomicInteger number = new AtomicInteger();

        await().atMost(SOON).until(() -> {
            for (int i = 0; i < count; i++) {
                a.link.sendQuickly(Set.of(b.node), bytes(Integer.toString(number.getAndIncrement())));
            }
            return b.heard.size() >= count;
        });
        assertThat(b.texts()).doesNotHaveDuplicates();
    }

    @Test
    void messagesOfOneSenderArriveInOrderAndOnce() {
        Member a = join();
        Member b = join();
        awaitView(a, b);
        int count = 2_000;

        for (int i = 0; i < count; i++) {
            if (i % 3 == 0) {
                a.link.broadcast(bytes(Integer.toString(i)));
            } else {
                a.link.send(b.node, bytes(Integer.toString(i)));
            }
        }

        await().atMost(SOON).until(() -> b.heard.size() >= count);
        assertThat(b.texts())
                .isEqualTo(IntStream.range(0, count).mapToObj(Integer::toString).toList());
    }

    @Test
    void whoTakesBatchesGetsTheSameInTheSameOrder() {
        Member a = join();
        Member b = join(new BatchMember(UUID.randomUUID()), cluster, SECRET);
        awaitView(a, b);
        int count = 2_000;

        for (int i = 0; i < count; i++) {
            a.link.send(b.node, bytes(Integer.toString(i)));
        }

        await().atMost(SOON).until(() -> b.heard.size() >= count);
        assertThat(b.heard).extracting(Heard::from).containsOnly(a.node);
        assertThat(b.texts())
                .isEqualTo(IntStream.range(0, count).mapToObj(Integer::toString).toList());
    }

    @Test
    void aLargeMessageArrivesWhole() {
        Member a = join();
        Member b = join();
        awaitView(a, b);
        byte[] large = new byte[3 << 20];
        new Random(1).nextBytes(large);

        a.link.send(b.node, large);
        a.link.send(b.node, new byte[0]);

        await().atMost(SOON).until(() -> b.heard.size() == 2);
        assertThat(b.heard.getFirst().message()).isEqualTo(large);
        assertThat(b.heard.getLast().message()).isEmpty();
    }

    @Test
    void whatTheSenderDoesToItsBufferAfterwardsIsItsOwnAffair() {
        Member a = join();
        Member b = join();
        awaitView(a, b);
        byte[] buffer = bytes("before");

        a.link.send(b.node, buffer);
        Arrays.fill(buffer, (byte) 'x');
        await().atMost(SOON).until(() -> b.heard.size() == 1);
        assertThat(b.texts()).containsExactly("before");
    }

    @Test
    void theViewFollowsJoiningAndLeaving() {
        Member a = join();
        Member b = join();
        awaitView(a, b);
        await().atMost(SOON).until(() -> a.views.contains(Set.of(a.node, b.node)));

        b.link.close();

        awaitView(a);
        await().atMost(SOON).until(() -> a.views.getLast().equals(Set.of(a.node)));
        assertThat(a.link.send(b.node, bytes("gone"))).isFalse();
    }

    @Test
    void aClosedLinkNeitherSendsNorHears() {
        Member a = join();
        Member b = join();
        awaitView(a, b);

        b.link.close();
        b.link.close();

        assertThat(b.link.send(a.node, bytes("x"))).isFalse();
        b.link.broadcast(bytes("x"));
        assertThat(b.link.sendQuickly(Set.of(a.node), bytes("x"))).isEmpty();
        assertThat(b.link.view()).isEmpty();
        a.link.broadcast(bytes("y"));
        Member c = join();
        awaitView(a, c);
        c.link.send(a.node, bytes("last"));
        await().atMost(SOON).until(() -> a.heard.size() == 1);
        assertThat(a.texts()).containsExactly("last");
        assertThat(b.heard).isEmpty();
    }

    @Test
    void aNodeThatComesBackIsTheSameNode() {
        Member a = join();
        Member first = join();
        awaitView(a, first);
        kill(first.link);
        addresses.remove(first.link.address());

        Member again = join(first.node, cluster, SECRET);

        awaitView(a, again);
        again.link.send(a.node, bytes("back"));
        // a's view may still be the former one, with an address where nobody is any more
        await().atMost(SOON).until(() -> a.link.send(again.node, bytes("welcome")) && !again.heard.isEmpty());
        await().atMost(SOON).until(() -> a.heard.size() == 1);
        assertThat(a.heard.getFirst().from()).isEqualTo(first.node);
        assertThat(first.heard).isEmpty();
    }

    @Test
    void aKilledNodeLeavesTheView() {
        Member a = join();
        Member b = join();
        Member c = join();
        awaitView(a, b, c);

        kill(a.link);

        awaitView(b, c);
        b.link.send(c.node, bytes("we go on"));
        await().atMost(SOON).until(() -> c.texts().equals(List.of("we go on")));
    }

    @Test
    void aStrangerWithAWrongSecretHearsAndSaysNothing() {
        Member a = join();
        Member b = join();
        awaitView(a, b);
        byte[] wrong = SECRET.clone();
        wrong[0]++;

        Member stranger = join(UUID.randomUUID(), cluster, wrong);
        stranger.link.broadcast(bytes("let me in"));
        assertThat(stranger.link.send(a.node, bytes("let me in"))).isFalse();
        a.link.broadcast(bytes("ours"));
        await().atMost(SOON).until(() -> b.heard.size() == 1);
        Member c = join();

        awaitView(a, b, c);
        assertThat(stranger.link.view()).containsExactly(stranger.node);
        assertThat(stranger.heard).isEmpty();
        assertThat(a.heard).isEmpty();
        assertThat(b.texts()).containsExactly("ours");
    }

    @Test
    void membersOfAnotherClusterAreNotHeard() {
        Member a = join();
        Member other = join(UUID.randomUUID(), UUID.randomUUID(), SECRET);
        Member b = join();

        awaitView(a, b);
        other.link.broadcast(bytes("x"));
        a.link.broadcast(bytes("y"));

        await().atMost(SOON).until(() -> b.heard.size() == 1);
        assertThat(other.link.view()).containsExactly(other.node);
        assertThat(other.heard).isEmpty();
        assertThat(a.heard).isEmpty();
    }

    @Test
    void aReceiverThatFailsHarmsNobody() {
        Member a = join();
        Member b = join();
        awaitView(a, b);
        b.failing = true;
        a.link.send(b.node, bytes("1"));
        a.link.send(b.node, bytes("2"));

        await().atMost(SOON).until(() -> b.heard.size() == 2);
    }

    /** What a node heard. */
    private record Heard(UUID from, byte[] message) {}

    private static class Member implements Receiver {
        private final UUID node;
        private final List<Heard> heard = new CopyOnWriteArrayList<>();
        private final List<Set<UUID>> views = new CopyOnWriteArrayList<>();
        private volatile boolean failing;
        private Link link;

        Member(UUID node) {
            this.node = node;
        }

        @Override
        public void received(UUID from, byte[] message) {
            heard.add(new Heard(from, message));
            if (failing) {
                throw new IllegalStateException("a receiver's own failure");
            }
        }

        @Override
        public void viewChanged(Set<UUID> nodes) {
            views.add(nodes);
        }

        List<String> texts() {
            return heard.stream()
                    .map(each -> new String(each.message(), StandardCharsets.UTF_8))
                    .toList();
        }
    }

    /** A node that takes batches where the transport has any. */
    private static final class BatchMember extends Member implements BatchReceiver {
        BatchMember(UUID node) {
            super(node);
        }

        @Override
        public void received(UUID from, List<byte[]> messages) {
            messages.forEach(message -> received(from, message));
        }
    }
}
