package org.serai.vioapi.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PeerGuardTest {
    private long now;
    private final PeerGuard guard = new PeerGuard(2, () -> now);

    @Test
    void anAddressIsShutOutForTheRestOfTheMinuteAndOthersAreNot() {
        guard.failed("a");
        assertThat(guard.shutOutSeconds("a")).isZero();
        now += TimeUnit.SECONDS.toNanos(20);
        guard.failed("a");
        assertThat(guard.shutOutSeconds("a")).isBetween(40L, 41L);
        assertThat(guard.shutOutSeconds("b")).isZero();
        now += TimeUnit.SECONDS.toNanos(41);
        assertThat(guard.shutOutSeconds("a")).isZero();
    }

    @Test
    void failuresOfAnotherMinuteDoNotCount() {
        guard.failed("a");
        now += TimeUnit.SECONDS.toNanos(61);
        guard.failed("a");
        assertThat(guard.shutOutSeconds("a")).isZero();
    }

    @Test
    void manyAddressesDoNotFillTheMemory() {
        for (int i = 0; i < 50_000; i++) {
            guard.failed("address " + i);
        }
        guard.failed("address 49999");
        assertThat(guard.shutOutSeconds("address 49999")).isPositive();
        guard.failed("address 0");
        assertThat(guard.shutOutSeconds("address 0")).isZero(); // its first failure was forgotten
    }
}
