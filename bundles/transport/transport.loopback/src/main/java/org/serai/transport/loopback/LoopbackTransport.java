package org.serai.transport.loopback;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Component;
import org.serai.transport.spi.Link;
import org.serai.transport.spi.Receiver;
import org.serai.transport.spi.Transport;

/**
 * A cluster interconnect inside one process: whoever joins the same cluster with the same secret through this object is
 * connected. It shows what the contract means, and is the one to copy.
 */
@Component(property = "transport.driver=loopback")
public final class LoopbackTransport implements Transport {
    private final Map<Medium, Hub> hubs = new ConcurrentHashMap<>();

    /** A transport with nobody on it. */
    public LoopbackTransport() {}

    @Override
    public String wire() {
        return "loopback";
    }

    @Override
    public Link join(Settings settings, Receiver receiver) {
        Medium medium =
                new Medium(settings.cluster(), ByteBuffer.wrap(settings.secret().clone()));
        return hubs.computeIfAbsent(medium, _ -> new Hub()).join(settings.node(), receiver);
    }

    /** What members share: without the secret one is on another medium, and hears nothing. */
    private record Medium(UUID cluster, ByteBuffer secret) {}
}
