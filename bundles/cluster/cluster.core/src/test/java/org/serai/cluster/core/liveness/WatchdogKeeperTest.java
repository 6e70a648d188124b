package org.serai.cluster.core.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.serai.cluster.core.time.ThreadRounds;

/** What the keeper does about its watchdog, whichever of those who see its end is the first to tell. */
class WatchdogKeeperTest {
    private static final Timing TIMING = new Timing(100, 60_000, 1000);

    private final AtomicLong clockNs = new AtomicLong(1);
    private final List<Link> links = new ArrayList<>();
    private final Gate gate = new Gate(TIMING, clockNs::get, new ThreadRounds(), List.of());
    private final WatchdogKeeper keeper = new WatchdogKeeper(new OneAfterTheOther(), TIMING, clockNs::get, gate);
    private boolean startsNone;

    /** Starts watchdogs that acknowledge at once. */
    private final class OneAfterTheOther implements Watchdogs {
        @Override
        public WatchdogLink start(OptionalLong goOnFromNs, LongConsumer renewed, Consumer<WatchdogLink> lost) {
            var link = new Link(goOnFromNs, renewed, lost);
            links.add(link);
            return link;
        }

        @Override
        public String said() {
            return "";
        }

        @Override
        public String log() {
            return "watchdog.log";
        }

        @Override
        public List<Long> leftovers() {
            return List.of();
        }

        @Override
        public List<String> guarded() {
            return List.of();
        }
    }

    private final class Link implements WatchdogLink {
        private final OptionalLong goOnFromNs;
        private final LongConsumer renewed;
        private final Consumer<WatchdogLink> lost;
        private boolean alive = true;

        Link(OptionalLong goOnFromNs, LongConsumer renewed, Consumer<WatchdogLink> lost) {
            this.goOnFromNs = goOnFromNs;
            this.renewed = renewed;
            this.lost = lost;
        }

        @Override
        public long awaitReadyNs(long timeoutMs) throws IOException {
            if (startsNone) {
                throw new IOException("another one has the lock");
            }
            return clockNs.get();
        }

        @Override
        public void feed(long startNs) {
            renewed.accept(startNs);
        }

        @Override
        public void sayGoodbye(long timeoutMs) {
            alive = false;
        }

        @Override
        public long pid() {
            return 4711;
        }

        @Override
        public void destroy() {
            alive = false;
        }

        @Override
        public int exitCode() {
            return BUSY;
        }

        @Override
        public boolean isAlive() {
            return alive;
        }
    }

    @BeforeEach
    void oneIsFed() {
        keeper.startFirst(new ThreadRounds());
        keeper.feed(clockNs.incrementAndGet());
        assertThat(gate.isOpen()).isTrue();
    }

    @Test
    void theGateClosesForADeadWatchdogOfWhichNobodyHasToldYet() {
        links.getFirst().alive = false;
        startsNone = true;
        keeper.tick();
        assertThat(gate.isOpen()).isFalse();
        assertThat(gate.reason()).isEqualTo("its watchdog is lost");
    }

    @Test
    void anotherOneGoesOnFromTheLastRenewalAndWhatIsToldLateChangesNothing() {
        links.getFirst().alive = false;
        keeper.tick();
        assertThat(links).hasSize(2);
        assertThat(links.getLast().goOnFromNs).hasValue(clockNs.get());
        keeper.feed(clockNs.incrementAndGet());
        assertThat(gate.isOpen()).isTrue();
        links.getFirst().lost.accept(links.getFirst());
        assertThat(gate.isOpen()).isTrue();
        keeper.tick();
        assertThat(links).hasSize(2);
    }
}
