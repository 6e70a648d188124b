package org.serai.transport.fault;

import org.serai.transport.spi.Link;
import org.serai.transport.spi.Receiver;
import org.serai.transport.spi.Transport;

/**
 * Another transport, with the faults that there are. Nodes with and without it understand each other. The view is the
 * other transport's: a partition that is made here shows itself by silence alone.
 */
public final class FaultTransport implements Transport {
    private final Transport wrapped;
    private final Faults faults;

    /** Wraps a transport. */
    public FaultTransport(Transport wrapped, Faults faults) {
        this.wrapped = wrapped;
        this.faults = faults;
    }

    @Override
    public String wire() {
        return wrapped.wire();
    }

    @Override
    public Link join(Settings settings, Receiver receiver) {
        FaultReceiver incoming = new FaultReceiver(receiver, faults);
        return new FaultLink(settings.node(), wrapped.join(settings, incoming), faults, incoming::end);
    }
}
