package org.serai.transport.jgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jgroups.protocols.DISCARD;
import org.jgroups.protocols.TCP;
import org.jgroups.stack.ProtocolStack;
import org.junit.jupiter.api.Test;
import org.serai.contracts.transport.TransportContract;
import org.serai.ffdc.SeraiException;
import org.serai.transport.spi.Link;
import org.serai.transport.spi.Receiver;
import org.serai.transport.spi.Transport;
import org.serai.transport.spi.TransportError;

class JGroupsTransportTest extends TransportContract {
    @Override
    protected Transport transport() {
        return new JGroupsTransport("127.0.0.1", 0, true);
    }

    /** Its goodbye is thrown away, and its sockets are closed as the kernel does it for a dead process. */
    @Override
    protected void kill(Link link) {
        ProtocolStack stack = ((JGroupsLink) link).channel().getProtocolStack();
        try {
            stack.insertProtocol(new DISCARD().discardAll(true), ProtocolStack.Position.ABOVE, TCP.class);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        link.close();
    }

    @Test
    void withoutTlsItIsAnotherWire() {
        assertThat(new JGroupsTransport("127.0.0.1", 0, true).wire()).isEqualTo("jgroups+tls");
        assertThat(new JGroupsTransport("127.0.0.1", 0, false).wire()).isEqualTo("jgroups");
    }

    @Test
    void withoutTlsMembersFindEachOtherAllTheSame() {
        JGroupsTransport open = new JGroupsTransport("127.0.0.1", 0, false);
        UUID cluster = UUID.randomUUID();
        Receiver indifferent = new Indifferent();
        try (Link a = open.join(
                        new Transport.Settings(cluster, UUID.randomUUID(), new byte[32], List::of), indifferent);
                Link b = open.join(
                        new Transport.Settings(cluster, UUID.randomUUID(), new byte[32], () -> List.of(a.address())),
                        indifferent)) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> a.view().size() == 2 && b.view().size() == 2);
        }
    }

    private static final class Indifferent implements Receiver {
        @Override
        public void received(UUID from, byte[] message) {
            assertThat(message).isNotNull();
        }

        @Override
        public void viewChanged(java.util.Set<UUID> nodes) {
            assertThat(nodes).isNotEmpty();
        }
    }

    @Test
    void badSettingsAreRefusedByName() {
        assertThatExceptionOfType(SeraiException.class)
                .isThrownBy(() -> new JGroupsTransport("127.0.0.1", 70_000, true))
                .satisfies(e -> assertThat(e.code()).isEqualTo(TransportError.BAD_SETTINGS))
                .withMessageContaining("transport.port")
                .withMessageContaining("70000");
        assertThatExceptionOfType(SeraiException.class)
                .isThrownBy(() -> new JGroupsTransport("no such host", 0, true))
                .withMessageContaining("transport.host");
    }

    @Test
    void aPortInUseIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            JGroupsTransport transport = new JGroupsTransport("127.0.0.1", taken.getLocalPort(), true);
            Transport.Settings settings =
                    new Transport.Settings(UUID.randomUUID(), UUID.randomUUID(), new byte[32], List::of);
            assertThatExceptionOfType(SeraiException.class)
                    .isThrownBy(() -> transport.join(settings, new Deaf()))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(TransportError.CANNOT_JOIN))
                    .withMessageContaining(Integer.toString(taken.getLocalPort()));
        }
    }

    private static final class Deaf implements Receiver {
        @Override
        public void received(UUID from, byte[] message) {
            throw new AssertionError("nobody is there to say anything");
        }

        @Override
        public void viewChanged(java.util.Set<UUID> nodes) {
            assertThat(nodes).hasSizeLessThan(2);
        }
    }
}
