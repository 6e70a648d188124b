package org.serai.shell.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.serai.shell.commands.NodeCommands.NodeView;

class ClusterStatusTest {
    private static NodeView node(int number, String state, String role, Optional<String> lost) {
        return new NodeView(
                "vios-%03d".formatted(number),
                state,
                state.equals("alive") ? 0 : 12_000,
                "U9009.22A.1",
                Optional.empty(),
                Optional.empty(),
                number,
                role,
                lost,
                number == 2 ? "derived" : "dmi",
                false,
                new UUID(0, number),
                new UUID(1, number));
    }

    private static List<NodeView> nodes(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> node(
                        i,
                        i == 7 ? "dead" : "alive",
                        i == 3 ? "primary" : "",
                        i == 9 ? Optional.of("database") : Optional.empty()))
                .toList();
    }

    private static ClusterStatus status(List<NodeView> nodes, List<String> problems) {
        return new ClusterStatus(
                "member",
                "the node is a member of cluster site",
                Optional.of("site"),
                Optional.of(new UUID(0, 1)),
                Optional.of("vios-003"),
                Optional.of(12L),
                ClusterStatus.summary(nodes),
                problems,
                "vios-000",
                new UUID(0, 2),
                new UUID(0, 3),
                "U9009.22A.1",
                "dmi",
                Optional.of(true),
                Optional.of(1000L),
                Optional.of(8000L),
                Optional.of(2000L),
                Optional.of(new ClusterStatus.DatabaseView(
                        "PostgreSQL 15.8", "jdbc:postgresql://db1:5432/vios", true, 123_456)),
                nodes);
    }

    @Test
    void twoHundredNodesFitATerminal() {
        List<NodeView> nodes = nodes(200);
        ClusterStatus status = status(nodes, ClusterStatus.problems(nodes, _ -> List.of(), false));
        assertThat(LargeCluster.isOne(status)).isTrue();
        String text = LargeCluster.text(status, 80);
        assertThat(text.lines())
                .hasSizeLessThan(24)
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80))
                .contains(
                        "cluster site: 200 nodes, 199 alive, 1 dead",
                        "primary node vios-003, epoch 12",
                        "! vios-007 is dead, silent for 12000 ms",
                        "dead: vios-007",
                        "alive: vios-[000-006,008-199]");
    }

    @Test
    void evenWhereEverySecondOneIsDeadOrNamesHaveNoNumbers() {
        List<NodeView> nodes = IntStream.range(0, 200)
                .mapToObj(i -> node(i, i % 2 == 0 ? "dead" : "alive", "", Optional.empty()))
                .toList();
        String text = LargeCluster.text(status(nodes, ClusterStatus.problems(nodes, _ -> List.of(), false)), 80);
        assertThat(text.lines())
                .hasSizeLessThan(40)
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
        assertThat(LargeCluster.folded(List.of("north", "south", "a1", "a2", "a10", "b7")))
                .containsExactly("north", "south", "a[1-2]", "a10", "b7");
        assertThat(LargeCluster.isOne(status(nodes(24), List.of()))).isFalse();
    }

    @Test
    void whatRanOnADeadNodeIsNamedWithWhatToDo() {
        assertThat(ClusterStatus.problems(nodes(9), name -> List.of("web1", "web2"), false))
                .containsExactly("vios-007 is dead, silent for 12000 ms; lpar:remote-restart starts elsewhere what ran"
                        + " there: web1, web2");
    }

    @Test
    void anIdOfACecThatIsOnlyDerivedIsMarked() {
        assertThat(nodes(4).stream().map(ClusterStatus.NodeLine::of))
                .extracting(ClusterStatus.NodeLine::cec)
                .containsExactly("U9009.22A.1", "U9009.22A.1", "U9009.22A.1 (derived)", "U9009.22A.1");
    }

    @Test
    void whatIsWrongIsSaidFirstAndNotAtAnyLength() {
        assertThat(ClusterStatus.summary(nodes(200))).isEqualTo("200 nodes, 199 alive, 1 dead");
        assertThat(ClusterStatus.problems(nodes(200), _ -> List.of(), false))
                .containsExactly(
                        "vios-007 is dead, silent for 12000 ms", "vios-009 is alive; it does not reach its database");
        List<NodeView> dead = IntStream.range(0, 50)
                .mapToObj(i -> node(i, "dead", "", Optional.empty()))
                .toList();
        assertThat(ClusterStatus.problems(dead, _ -> List.of(), false))
                .hasSize(11)
                .last()
                .isEqualTo("and 40 more; cluster:status --all shows them");
        assertThat(ClusterStatus.problems(dead, _ -> List.of(), true)).hasSize(50);
    }
}
