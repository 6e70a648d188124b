package org.serai.message.core.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.serai.message.Message;
import org.serai.message.Viod;
import org.serai.message.core.daemon.SimulatedCluster.Life;
import org.serai.message.core.daemon.SimulatedCluster.Weather;

/** A broadcast with receipts is the same bytes for all its targets, while that harms nobody. */
class SharedBroadcastTest {
    private static final byte[] X = {'x'};

    private static SimulatedCluster cluster(int nodes) {
        return new SimulatedCluster(1, nodes, new Weather(0, 0, 0, 0, 0));
    }

    private static Viod.Sending send(Life sender, byte[] payload) {
        return sender.daemon.send(Message.toAll("t", payload).withReceipts());
    }

    private static Set<UUID> others(SimulatedCluster cluster) {
        return cluster.lives().stream().skip(1).map(life -> life.node).collect(Collectors.toSet());
    }

    private static void allHaveConfirmed(SimulatedCluster cluster, List<Viod.Sending> sent) {
        cluster.run();
        assertThat(sent).allMatch(sending -> sending.receipts().join().complete());
        cluster.lives()
                .forEach(life -> assertThat(life.daemon.stats().dropped()).isEmpty());
    }

    @Test
    void allTargetsShareIt() {
        SimulatedCluster cluster = cluster(33);
        Life sender = cluster.lives().getFirst();
        // From now on that node has another place in what is shared than the others.
        List<Viod.Sending> sent = new ArrayList<>(List.of(sender.daemon.send(
                Message.to(Set.of(cluster.lives().get(1).node), "t", X).withReceipts())));
        sent.add(send(sender, X));
        sent.add(send(sender, new byte[4096]));

        assertThat(sender.shared).containsExactly(others(cluster), others(cluster));
        allHaveConfirmed(cluster, sent);
    }

    @Test
    void whatIsLargeOrForManyHasAPacketForEachTarget() {
        SimulatedCluster small = cluster(3);
        List<Viod.Sending> large = List.of(send(small.lives().getFirst(), new byte[4097]));
        allHaveConfirmed(small, large);
        SimulatedCluster big = cluster(34);
        List<Viod.Sending> many = List.of(send(big.lives().getFirst(), X));
        allHaveConfirmed(big, many);

        assertThat(small.lives().getFirst().shared).isEmpty();
        assertThat(big.lives().getFirst().shared).isEmpty();
    }

    @Test
    void hintsAreNotShared() {
        SimulatedCluster cluster = cluster(3);
        Life sender = cluster.lives().getFirst();
        sender.daemon.send(Message.toAll("t", X));

        assertThat(sender.shared).isEmpty();
    }

    @Test
    void whatIsSentAgainIsNotShared() {
        SimulatedCluster cluster = cluster(3);
        Life sender = cluster.lives().getFirst();
        cluster.lives().getLast().deaf = true;
        Viod.Sending sending = send(sender, X);
        cluster.after(1, () -> cluster.lives().getLast().deaf = false);
        allHaveConfirmed(cluster, List.of(sending));

        assertThat(sender.daemon.stats().sentAgain()).isEqualTo(1);
        assertThat(sender.shared).hasSize(1);
    }

    /** What is shared is not held back by the transport: a node that hears nothing must not have more of it than that. */
    @Test
    void whileManyWaitForReceiptsEachTargetHasAPacket() {
        SimulatedCluster cluster = cluster(3);
        Life sender = cluster.lives().getFirst();
        Life last = cluster.lives().getLast();
        last.deaf = true;
        List<Viod.Sending> sent = new ArrayList<>(
                IntStream.range(0, 300).mapToObj(_ -> send(sender, X)).toList());
        assertThat(sender.shared).hasSize(256);

        cluster.after(1, () -> last.deaf = false);
        allHaveConfirmed(cluster, sent);
        sent.add(send(sender, X));
        assertThat(sender.shared).hasSize(257);
        allHaveConfirmed(cluster, sent);
    }
}
