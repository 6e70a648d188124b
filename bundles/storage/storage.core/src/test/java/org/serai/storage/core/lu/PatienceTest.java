package org.serai.storage.core.lu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.serai.ffdc.SeraiException;
import org.serai.storage.StorageError;
import org.serai.storage.core.attach.SpaceLock;

class PatienceTest {
    private static final long MS = 1_000_000;
    private static final long LENGTH_MS = 8000;

    private final SeraiException away = StorageError.PV_AWAY.error("It cannot be read", "it is away", "wait");
    private final AtomicLong nowNs = new AtomicLong(-5 * MS);
    private final Patience patience = new Endurance(
                    new SpaceLock.Pace(
                            nowNs::get,
                            millis -> nowNs.addAndGet(millis * MS),
                            RandomGenerator.getDefault(),
                            InstantSource.system()),
                    () -> LENGTH_MS)
            .patience();

    /** How long one call waits until it fails. */
    private long waitedMs() {
        long begunNs = nowNs.get();
        assertThatThrownBy(this::waitInVain).isSameAs(away);
        return (nowNs.get() - begunNs) / MS;
    }

    private void waitInVain() {
        long until = 0;
        while (true) {
            until = patience.await(away, until);
        }
    }

    @Test
    void aCallWaitsForALeaseAndThoseAfterItDoNot() {
        assertThat(waitedMs()).isBetween(LENGTH_MS, LENGTH_MS + 100);
        assertThat(waitedMs()).isZero();
        nowNs.addAndGet((LENGTH_MS - 1) * MS);
        assertThat(waitedMs()).isZero();
    }

    @Test
    void itIsWaitedForAgainAfterStorageWasThereForAsLong() {
        waitedMs();
        nowNs.addAndGet(LENGTH_MS * MS);
        assertThat(waitedMs()).isGreaterThanOrEqualTo(LENGTH_MS);
    }

    @Test
    void anOutageThatEndedInTimeTakesNothingFromTheNextOne() {
        long until = patience.await(away, 0);
        for (int look = 0; look < 100; look++) {
            until = patience.await(away, until);
        }
        assertThat(waitedMs()).isGreaterThanOrEqualTo(LENGTH_MS);
    }

    @Test
    void costlyAttemptsAreMadeNowAndThenOnly() {
        assertThat(patience.allowsAttempt()).isTrue();
        assertThat(patience.allowsAttempt()).isFalse();
        nowNs.addAndGet(1000 * MS);
        assertThat(patience.allowsAttempt()).isTrue();
    }
}
