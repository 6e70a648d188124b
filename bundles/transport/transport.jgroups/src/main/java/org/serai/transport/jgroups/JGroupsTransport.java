package org.serai.transport.jgroups;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jgroups.JChannel;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.Designate;
import org.serai.transport.spi.Link;
import org.serai.transport.spi.Receiver;
import org.serai.transport.spi.Transport;
import org.serai.transport.spi.TransportError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cluster interconnect on JGroups: TCP, under TLS in which both ends prove that they hold the cluster's secret. */
@Component(configurationPid = "org.serai.transport", property = "transport.driver=jgroups")
@Designate(ocd = TransportConfiguration.class)
public final class JGroupsTransport implements Transport {
    private static final Logger LOG = LoggerFactory.getLogger(JGroupsTransport.class);
    private static final int TRIES = 5;

    private final InetAddress host;
    private final int port;
    private final boolean tls;

    /** The component. */
    @Activate
    public JGroupsTransport(TransportConfiguration configuration) {
        this(configuration.host(), configuration.port(), configuration.tls());
    }

    /**
     * On an address of this machine.
     *
     * @param tls whether members authenticate each other and encrypt; without it anybody who reaches the port is one
     */
    public JGroupsTransport(String host, int port, boolean tls) {
        this.host = local(host);
        if (port < 0 || port > 0xffff) {
            throw TransportError.BAD_SETTINGS.error(
                    "The transport cannot listen", "transport.port is " + port, "give a port from 0 (any) to 65535");
        }
        this.port = port;
        this.tls = tls;
    }

    private static InetAddress local(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw TransportError.BAD_SETTINGS.error(
                    "The transport cannot listen",
                    "transport.host is '" + host + "', which is no known address",
                    "give the address of one of this machine's interfaces",
                    e);
        }
    }

    @Override
    public String wire() {
        return tls ? "jgroups+tls" : "jgroups";
    }

    @Override
    public Link join(Settings settings, Receiver receiver) {
        if (!tls) {
            LOG.warn("Messages between nodes are neither encrypted nor authenticated, for transport.tls is false:"
                    + " whoever reaches the port of this node can read and forge them");
        }
        for (int attempt = 1; ; attempt++) {
            JGroupsLink link = new JGroupsLink(settings, receiver);
            try {
                link.connect(channel(settings));
                return link;
            } catch (Exception e) {
                link.close();
                // Between finding a free port and taking it, another process may have been faster.
                if (port != 0 || attempt == TRIES || e instanceof InterruptedException) {
                    throw TransportError.CANNOT_JOIN.error(
                            "The transport cannot join the cluster",
                            "listening on transport.host " + host.getHostAddress() + ", transport.port " + port
                                    + " failed: " + deepest(e),
                            "see that the address is this machine's and the port is free",
                            e);
                }
                LOG.debug("Joining is tried again", e);
            }
        }
    }

    /** A channel as links have them, not connected yet; JGroups alone is measured by it. */
    public JChannel channel(Settings settings) throws Exception {
        Optional<SSLContext> key =
                tls ? Optional.of(ClusterKey.context(settings.cluster(), settings.secret())) : Optional.empty();
        return new JChannel(Stack.protocols(host, port == 0 ? free() : port, key, settings.peers()));
    }

    private int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, host)) {
            return socket.getLocalPort();
        }
    }

    private static String deepest(Throwable thrown) {
        Throwable at = thrown;
        while (at.getCause() != null) {
            at = at.getCause();
        }
        return at.toString();
    }
}
