package org.serai.transport.fault;

import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.serai.contracts.transport.TransportContract;
import org.serai.transport.loopback.LoopbackTransport;
import org.serai.transport.spi.Transport;

/** A delay breaks no promise of a transport. */
class FaultDelayedTransportTest extends TransportContract {
    private final LoopbackTransport loopback = new LoopbackTransport();
    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(2);

    @AfterEach
    void stop() {
        clock.shutdownNow();
    }

    @Override
    protected Transport transport() {
        Faults faults =
                new Faults(new Random(1), (delayMs, task) -> clock.schedule(task, delayMs, TimeUnit.MILLISECONDS));
        faults.add(Rule.of(Effect.DELAY).timeMs(3).percent(50));
        return new FaultTransport(loopback, faults);
    }
}
