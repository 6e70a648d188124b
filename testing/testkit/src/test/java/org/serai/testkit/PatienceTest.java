package org.serai.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PatienceTest {
    @Test
    void itIsInForceWhereverItIsOnTheClassPath() {
        assertThat(Patience.inForce()).isTrue();
    }
}
