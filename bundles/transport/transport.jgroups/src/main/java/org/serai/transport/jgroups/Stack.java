package org.serai.transport.jgroups;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.FD_SOCK2;
import org.jgroups.protocols.FRAG2;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.PerDestinationBundler;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.UFC;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.stack.Protocol;
import org.jgroups.util.DefaultSocketFactory;

/** The protocols of a channel, bottom first. */
final class Stack {
    private static final int MERGE_MS_A_PEER = 50;
    private static final int MERGE_MS_MIN = 500;
    private static final int MERGE_MS_MAX = 30_000;

    private static final long JOIN_MS = 1_000;
    private static final int CONNECT_MS = 1_000;
    private static final int LINGER_SECONDS = 1;
    /** More than flow control lets be under way. */
    private static final int SEND_QUEUE = 1_024;

    private Stack() {}

    static List<Protocol> protocols(InetAddress host, int port, Optional<SSLContext> tls, Supplier<List<String>> peers)
            throws Exception {
        return List.of(
                tcp(host, port, tls),
                new PeerDiscovery(peers),
                merge(peers.get().size()),
                new FD_SOCK2().setBindAddress(host),
                new FD_ALL3().setTimeout(3_000).setInterval(500),
                new VERIFY_SUSPECT2().setTimeout(500),
                new NAKACK2().useMcastXmit(false),
                new UNICAST3(),
                new STABLE(),
                new GMS()
                        .setJoinTimeout(JOIN_MS)
                        .setLeaveTimeout(JOIN_MS)
                        // With nobody answering it is alone for now, and MERGE3 goes on looking.
                        .setMaxJoinAttempts(3)
                        .printLocalAddress(false),
                new UFC(),
                new FRAG2());
    }

    private static TCP tcp(InetAddress host, int port, Optional<SSLContext> tls) throws Exception {
        TCP tcp = new TCP();
        tcp.setBindAddress(host).setBindPort(port).setPortRange(0);
        if (tls.isPresent()) {
            tcp.setSocketFactory(new DefaultSocketFactory(tls.get().getSocketFactory(), new MemberSockets(tls.get())));
        }
        // Off, the second of two small packets would wait for the other end's delayed acknowledgement: 40 ms.
        tcp.tcpNodelay(true);
        tcp.setDiagnosticsHandler(tcp.createDiagnosticsHandler().setEnabled(false));
        // One member that cannot be reached keeps nothing back that is for others: not by a write to it, nor by
        // connecting, nor, under TLS, by closing.
        tcp.setBundler(new PerDestinationBundler().useSingleSenderThread(false));
        tcp.nonBlockingSends(true)
                .maxSendQueue(SEND_QUEUE)
                .setSockConnTimeout(CONNECT_MS)
                .setLinger(LINGER_SECONDS);
        tcp.setLogDiscardMessages(false);
        tcp.logAcceptError(false);
        return tcp;
    }

    /**
     * Nodes that start in the same second do not find each other, and are alone until this brings them together. Every
     * member tells every other one of its view: the more there are, the less often.
     */
    private static MERGE3 merge(int peers) {
        int intervalMs = Math.clamp(MERGE_MS_A_PEER * (long) peers, MERGE_MS_MIN, MERGE_MS_MAX);
        return new MERGE3()
                .setMinInterval(intervalMs / 2)
                .setMaxInterval(intervalMs)
                .setCheckInterval(intervalMs * 3L / 2);
    }
}
