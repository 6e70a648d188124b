package org.serai.cluster.core.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.serai.cluster.HostId;
import org.serai.cluster.Node;

class NodeNeighboursTest {
    private static Node node(int slot, String cec) {
        return new Node(
                new UUID(0, slot),
                "vios-" + slot,
                slot,
                new UUID(1, slot),
                new HostId(cec, "9009", "22A", HostId.Source.CONFIGURED),
                "",
                "");
    }

    private static List<UUID> ids(int... slots) {
        return java.util.Arrays.stream(slots)
                .mapToObj(slot -> new UUID(0, slot))
                .toList();
    }

    @Test
    void theNodeOfTheSameCecComesFirstThenTheNextInTheRing() {
        var all = List.of(node(0, "A"), node(1, "A"), node(2, "B"), node(3, "B"), node(4, "C"));
        assertThat(NodeNeighbours.choice(all.get(0), all)).isEqualTo(ids(1, 2));
        assertThat(NodeNeighbours.choice(all.get(3), all)).isEqualTo(ids(2, 4));
        assertThat(NodeNeighbours.choice(all.get(4), all)).isEqualTo(ids(0, 1));
        assertThat(NodeNeighbours.choice(all.get(0), all.subList(0, 1))).isEmpty();
    }

    @Test
    void noNodeIsTheNeighbourOfAll() {
        var all = java.util.stream.IntStream.range(0, 10)
                .mapToObj(slot -> node(slot, "CEC" + slot))
                .toList();
        for (var neighbour : all) {
            assertThat(all)
                    .filteredOn(node -> NodeNeighbours.choice(node, all).contains(neighbour.id()))
                    .hasSize(2);
        }
    }
}
