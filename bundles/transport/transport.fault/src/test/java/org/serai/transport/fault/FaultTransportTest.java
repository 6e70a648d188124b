package org.serai.transport.fault;

import java.util.Random;
import org.serai.contracts.transport.TransportContract;
import org.serai.transport.loopback.LoopbackTransport;
import org.serai.transport.spi.Transport;

class FaultTransportTest extends TransportContract {
    private final LoopbackTransport loopback = new LoopbackTransport();

    @Override
    protected Transport transport() {
        return new FaultTransport(loopback, new Faults(new Random(1), (_, _) -> {
            throw new AssertionError("nothing is delayed without a rule");
        }));
    }
}
