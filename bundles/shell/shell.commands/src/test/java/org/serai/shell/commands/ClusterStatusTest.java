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

    @Test
    void twoHundredNodesFitATerminal() {
        List<String> lines = ClusterStatus.packed(nodes(200), 80);
        assertThat(lines)
                .hasSizeLessThan(35)
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(76));
        assertThat(lines.getFirst()).startsWith(" vios-000  vios-001  vios-002 *vios-003");
        assertThat(String.join(" ", lines)).contains("!vios-007").contains("vios-199");
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
        assertThat(ClusterStatus.problems(nodes(200), false))
                .containsExactly(
                        "vios-007 is dead, silent for 12000 ms", "vios-009 is alive; it does not reach its database");
        List<NodeView> dead = IntStream.range(0, 50)
                .mapToObj(i -> node(i, "dead", "", Optional.empty()))
                .toList();
        assertThat(ClusterStatus.problems(dead, false))
                .hasSize(11)
                .last()
                .isEqualTo("and 40 more; cluster:status --all shows them");
        assertThat(ClusterStatus.problems(dead, true)).hasSize(50);
    }
}
