package org.serai.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunArgumentsTest {
    @Test
    void valuesMayHoldAnEqualsSign() throws RunArguments.Usage {
        assertThat(RunArguments.parse(List.of("--instance", "d", "--set", "a.b=c=d", "--background")))
                .isEqualTo(new RunArguments("d", true, Map.of("a.b", "c=d")));
    }

    @Test
    void wrongWordsAreNamed() {
        assertThatThrownBy(() -> RunArguments.parse(List.of("--foo"))).hasMessageContaining("--foo");
        assertThatThrownBy(() -> RunArguments.parse(List.of("--instance"))).hasMessageContaining("needs a value");
        assertThatThrownBy(() -> RunArguments.parse(List.of("--instance", "d", "--set", "x")))
                .hasMessageContaining("'x'");
        assertThatThrownBy(() -> RunArguments.parse(List.of())).hasMessageContaining("--instance DIR");
    }
}
