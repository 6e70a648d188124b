package org.serai.scsi.target.lu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;

class GateTest {
    private final Gate gate = new Gate();

    @Test
    void closingWaitsForWhoIsInside() {
        assertThat(gate.enter()).isTrue();
        Thread closer = Thread.ofPlatform().daemon().start(gate::close);
        await().until(() -> closer.getState() == Thread.State.WAITING);
        assertThat(gate.enter()).isFalse();
        assertThat(closer.isAlive()).isTrue();
        gate.leave();
        await().until(() -> !closer.isAlive());
    }

    @Test
    void closingTwiceIsClosingOnce() {
        gate.close();
        gate.close();
        assertThat(gate.enter()).isFalse();
    }

    @Test
    void openedAgainItLetsInAndWaitsForThoseInsideWhenItIsClosedNext() {
        gate.close();
        gate.open();
        assertThat(gate.enter()).isTrue();
        Thread closer = Thread.ofPlatform().daemon().start(gate::close);
        await().until(() -> closer.getState() == Thread.State.WAITING);
        gate.leave();
        await().until(() -> !closer.isAlive());
        assertThat(gate.enter()).isFalse();
    }
}
