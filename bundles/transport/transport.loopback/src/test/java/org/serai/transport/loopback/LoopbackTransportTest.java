package org.serai.transport.loopback;

import org.serai.contracts.transport.TransportContract;
import org.serai.transport.spi.Transport;

class LoopbackTransportTest extends TransportContract {
    private final LoopbackTransport loopback = new LoopbackTransport();

    @Override
    protected Transport transport() {
        return loopback;
    }
}
