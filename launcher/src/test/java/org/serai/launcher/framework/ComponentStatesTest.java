package org.serai.launcher.framework;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ComponentStatesTest {
    @Test
    void theCodedErrorOfATraceIsTold() {
        assertThat(ComponentStates.reason(
                        "java.lang.X: y\n\tat z\nCaused by: org.serai.S: SERAI-A-0001: full; cause: c\n\tat q"))
                .isEqualTo("SERAI-A-0001: full; cause: c");
    }

    @Test
    void withoutACodeTheInnermostCauseIsTold() {
        assertThat(ComponentStates.reason("a: b\nCaused by: c: d\nCaused by: e: f\n\tat g"))
                .isEqualTo("e: f");
        assertThat(ComponentStates.reason("a: b\n\tat c")).isEqualTo("a: b");
    }
}
