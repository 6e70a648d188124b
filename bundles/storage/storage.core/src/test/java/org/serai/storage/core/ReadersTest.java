package org.serai.storage.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.serai.storage.CopySpec;
import org.serai.storage.Lu;
import org.serai.storage.OpenLu;
import org.serai.storage.Pool;
import org.serai.storage.Reader;
import org.serai.storage.RedundantLu.State;
import org.serai.storage.StorageError;
import org.serai.storage.TierName;

/** What a reader is led to at a node that has not heard yet of what another one has just done. */
class ReadersTest extends Nodes {
    private static final Reader CLIENT = new Reader(1, OptionalLong.empty());

    private TestNode b;
    private Lu lu;

    @BeforeEach
    void makeTwoNodes() {
        Pool p = pool("p", 1);
        Pool q = pool("q", 1);
        lu = lu("l", "p");
        b = node("b", UUID.randomUUID());
        awaitAttached(b, p);
        awaitAttached(b, q);
        await().until(() -> b.storage.lus().size() == 1);
    }

    private OpenLu reading() {
        return b.storage.redundancy().openForReading(lu.id(), CLIENT, "a backup");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aReaderIsLedToACopyThatItsNodeHasNotHeardOf(int heardOfAtCatchUp) {
        b.views.standStill(heardOfAtCatchUp);
        try (OpenLu open = a.storage.open(lu.id(), 1, "running")) {
            write(open, 0, 11);
            a.storage.redundancy().add(new CopySpec("l", "l2", TierName.defaultOf("q")));
            await().until(() -> a.storage.redundancy().redundantLu("l").state() == State.SYNCHRONOUS);
            try (OpenLu reading = reading()) {
                assertThat(read(reading, 0)).isEqualTo(11);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whoHoldsAnLuWithoutACopyIsNamed(int heardOfAtCatchUp) {
        b.views.standStill(heardOfAtCatchUp);
        try (OpenLu open = a.storage.open(lu.id(), 1, "running")) {
            assertThat(open.epoch()).isPositive();
            assertThat(assertFails(StorageError.LU_LOCKED, this::reading).reason())
                    .isEqualTo("node a holds it for running, and it has no copy");
        }
    }
}
