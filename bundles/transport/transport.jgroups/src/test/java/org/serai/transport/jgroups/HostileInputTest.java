package org.serai.transport.jgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.serai.transport.spi.Link;
import org.serai.transport.spi.Receiver;
import org.serai.transport.spi.Transport;

/** Whatever reaches the port of a member from outside: the members go on, and a further one can join. */
class HostileInputTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final byte[] SECRET = new byte[32];
    private static final byte[] HELLO = {22, 3, 1};

    private final UUID cluster = UUID.randomUUID();
    private final List<String> addresses = new CopyOnWriteArrayList<>();
    private final List<Link> links = new ArrayList<>();
    private final List<Socket> strangers = new ArrayList<>();
    private final Ear ear = new Ear();
    private final Link a = join(ear);
    private final Link b = join(new Ear());

    /** Counts what it hears. */
    private static final class Ear implements Receiver {
        private final List<byte[]> heard = new CopyOnWriteArrayList<>();

        @Override
        public void received(UUID from, byte[] message) {
            heard.add(message);
        }

        @Override
        public void viewChanged(Set<UUID> nodes) {
            assertThat(nodes).isNotEmpty();
        }
    }

    private Link join(Receiver receiver) {
        Link link = new JGroupsTransport("127.0.0.1", 0, true)
                .join(
                        new Transport.Settings(cluster, UUID.randomUUID(), SECRET, () -> List.copyOf(addresses)),
                        receiver);
        addresses.add(link.address());
        links.add(link);
        return link;
    }

    @AfterEach
    void leave() throws IOException {
        for (Socket stranger : strangers) {
            stranger.close();
        }
        links.forEach(Link::close);
    }

    private static int port(Link link) {
        return Integer.parseInt(link.address().replaceAll(".*:", ""));
    }

    private Socket stranger(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) SOON.toMillis());
        strangers.add(socket);
        return socket;
    }

    /** Says it, and is hung up on. */
    private void isTurnedAway(int port, byte[] says) throws IOException {
        Socket socket = stranger(port);
        try {
            socket.getOutputStream().write(says);
            socket.getOutputStream().flush();
            // An alert may come before the end.
            assertThat(socket.getInputStream().readAllBytes().length).isLessThan(1_000);
        } catch (SocketException reset) {
            assertThat(reset).hasMessageMatching("Connection reset.*|Broken pipe.*");
        }
    }

    private void membersGoOn() {
        await().atMost(SOON)
                .until(() -> b.view().size() == links.size() && a.view().size() == links.size());
        int before = ear.heard.size();
        await().atMost(SOON).until(() -> {
            b.broadcast(new byte[] {1});
            return ear.heard.size() > before;
        });
        assertThat(ear.heard).allMatch(message -> Arrays.equals(message, new byte[] {1}));
    }

    @Test
    void garbageIsHungUpOn() throws IOException {
        membersGoOn();
        Random random = new Random(1);
        for (int i = 0; i < 20; i++) {
            byte[] garbage = new byte[1 + random.nextInt(5_000)];
            random.nextBytes(garbage);
            // Never the type of a handshake, which would be waited for.
            garbage[0] = (byte) 0x80;
            isTurnedAway(port(a), garbage);
        }
        membersGoOn();
    }

    @Test
    void garbageInTlsRecordsAndOversizedOnesAreHungUpOn() throws IOException {
        membersGoOn();
        for (int length : new int[] {1, 200, 0x4000, 0xffff}) {
            byte[] record = Arrays.copyOf(HELLO, 5 + length);
            record[3] = (byte) (length >> 8);
            record[4] = (byte) length;
            Arrays.fill(record, 5, record.length, (byte) 0xa5);
            isTurnedAway(port(a), record);
        }
        // A hello of 16 MiB is promised, and never comes.
        isTurnedAway(port(a), new byte[] {22, 3, 1, 0, 4, 1, -1, -1, -1});
        membersGoOn();
    }

    @Test
    void whoeverSaysNothingKeepsNobodyOut() throws IOException {
        membersGoOn();
        List<Socket> silent = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            silent.add(stranger(port(a)));
        }
        membersGoOn();
        join(new Ear());
        membersGoOn();
        for (Socket each : silent) {
            assertThat(each.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void whoeverHasNoKeyOrAnotherOneIsNoMember() throws Exception {
        membersGoOn();
        SSLContext noKey = SSLContext.getInstance("TLSv1.3");
        noKey.init(null, new TrustManager[] {new Credulous()}, new SecureRandom());
        byte[] otherSecret = SECRET.clone();
        otherSecret[0]++;
        for (SSLContext context : List.of(noKey, ClusterKey.context(cluster, otherSecret))) {
            Socket raw = stranger(port(a));
            try (SSLSocket socket =
                    (SSLSocket) context.getSocketFactory().createSocket(raw, "127.0.0.1", port(a), true)) {
                socket.startHandshake();
                socket.getOutputStream().write(new byte[1_000]);
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            } catch (IOException refused) {
                assertThat(refused).isInstanceOfAny(SSLException.class, SocketException.class);
            }
        }
        membersGoOn();
    }

    @Test
    void theFailureDetectorsOwnPortMayBeToldAnything() throws IOException {
        membersGoOn();
        int found = 0;
        for (int port = port(a) + 100; port <= port(a) + 103; port++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream().write(new byte[100_000]);
                found++;
            } catch (IOException nobodyListensOrHungUp) {
                assertThat(nobodyListensOrHungUp).isInstanceOf(SocketException.class);
            }
        }
        assertThat(found).isPositive();
        membersGoOn();
    }

    /** Trusts everybody. */
    private static final class Credulous implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            assertThat(chain).isNotEmpty();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            assertThat(chain).isNotEmpty();
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
