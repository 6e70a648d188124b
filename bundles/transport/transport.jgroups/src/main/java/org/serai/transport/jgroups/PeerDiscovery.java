package org.serai.transport.jgroups;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jgroups.Address;
import org.jgroups.PhysicalAddress;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.TCPPING;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.Responses;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks anew, whenever members are looked for, where they may listen: nodes come and go, and ports change. */
final class PeerDiscovery extends TCPPING {
    private static final Logger LOG = LoggerFactory.getLogger(PeerDiscovery.class);

    private static final int RUNS = 5;

    private final Supplier<List<String>> peers;

    PeerDiscovery(Supplier<List<String>> peers) {
        this.peers = peers;
        // To the other members this is TCPPING.
        setId(ClassConfigurator.getProtocolId(TCPPING.class));
        setPortRange(0);
        // A node that starts at the same time tells where it listens only while this one looks.
        numDiscoveryRuns(RUNS);
        initial_hosts_set_programmatically = true;
        initial_hosts = List.of();
    }

    @Override
    public void findMembers(List<Address> members, boolean initial, Responses responses) {
        try {
            initial_hosts =
                    peers.get().stream().flatMap(peer -> parse(peer).stream()).toList();
        } catch (RuntimeException e) {
            LOG.warn("Where other nodes listen is not known now: {}", e.toString());
        }
        super.findMembers(members, initial, responses);
    }

    private static List<PhysicalAddress> parse(String peer) {
        List<PhysicalAddress> parsed = new ArrayList<>();
        int colon = peer.lastIndexOf(':');
        try {
            if (colon > 0) {
                parsed.add(new IpAddress(
                        InetAddress.getByName(peer.substring(0, colon)), Integer.parseInt(peer.substring(colon + 1))));
            }
        } catch (UnknownHostException | NumberFormatException e) {
            LOG.warn("No node can listen at '{}': {}", peer, e.toString());
        }
        return parsed;
    }
}
