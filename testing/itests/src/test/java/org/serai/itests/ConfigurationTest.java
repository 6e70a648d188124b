package org.serai.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.UUID;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.service.cm.ConfigurationAdmin;
import org.serai.cluster.Cluster;
import org.serai.itests.node.InNode;
import org.serai.itests.node.NodeRunner;
import org.serai.itests.node.Shell;
import org.serai.itests.node.TestNode;
import org.serai.scsi.spi.TargetTransport;

/** The configuration of a running node: what is good is in force at once, what is bad changes nothing. */
@RunWith(NodeRunner.class)
@ExamReactorStrategy(PerClass.class)
public class ConfigurationTest extends InNode {
    private static final String PID = "org.serai.iscsi";
    private static final int TIMEOUT_MS = 5000;

    @Configuration
    public Option[] node() {
        return TestNode.withFeatures("node").options();
    }

    @Test
    public void aNewPortIsListenedOnAndTheOldOneIsNot() throws Exception {
        int before = port();
        assertListens(before);
        int wanted = freePort();

        update(wanted);

        awaitPort(wanted);
        assertListens(wanted);
        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> connect(before));
        assertThat(Files.readString(instance().resolve("config/serai.json"))).contains("\"port\": " + wanted);
    }

    @Test
    public void aPortBeyondTheRangeIsRefusedByTheConfigurationAdminAndTheLastGoodOneStays() throws Exception {
        int good = freePort();
        update(good);
        awaitPort(good);

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> update(70_000))
                .withMessageContaining("iscsi.port")
                .withMessageContaining("70000")
                .withMessageContaining("from 0 to 65535");

        assertThat(admin().getConfiguration(PID, "?")
                        .getProperties()
                        .get("port")
                        .toString())
                .isEqualTo(Integer.toString(good));
        assertThat(Files.readString(instance().resolve("config/serai.json"))).doesNotContain("70000");
        assertThat(port()).isEqualTo(good);
        assertListens(good);
    }

    @Test
    public void anUnknownPropertyIsRefusedWithTheOneThatWasMeant() throws Exception {
        int good = port();
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put("prot", 0);

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> admin().getConfiguration(PID, "?").update(properties))
                .withMessageContaining("iscsi.prot")
                .withMessageContaining("did you mean iscsi.port?");

        assertThat(port()).isEqualTo(good);
        assertListens(good);
    }

    @Test
    public void theShellRefusesABadValueNamingKeyValueAndRange() throws Exception {
        int good = port();

        Shell.Answer answer = shell().exec("config:set iscsi.port 70000");

        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(answer.err()).contains("SERAI-PLATFORM-0004", "iscsi.port", "70000", "from 0 to 65535");
        assertListens(good);
    }

    @Test
    public void aPortThatSomebodyElseHasIsRefusedAndTheLastGoodOneIsInForceAgain() throws Exception {
        int good = freePort();
        assertThat(shell().exec("config:set iscsi.port " + good).exitCode()).isZero();
        awaitPort(good);
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Shell.Answer answer = shell().exec("config:set iscsi.port " + other.getLocalPort());

            assertThat(answer.exitCode()).as(answer.toString()).isEqualTo(1);
            assertThat(answer.err()).contains("SERAI-SCSI-0001", "last good");
        }
        awaitPort(good);
        assertListens(good);
        assertThat(shell().exec("config:get iscsi.port --json")
                        .json()
                        .get("value")
                        .asText())
                .isEqualTo(Integer.toString(good));
    }

    @Test
    public void whatAMemberIsKnownByIsNotChangedUnderItAndItsMembershipGoesOn() throws Exception {
        becomeMember();
        UUID incarnation = service(Cluster.class).self().incarnation();

        for (String setting : List.of("lease.leaseMs 9000", "node.name other", "cec.serial OTHER")) {
            Shell.Answer answer = shell().exec("config:set " + setting);
            assertThat(answer.exitCode()).as(answer.toString()).isEqualTo(1);
            assertThat(answer.err()).contains("SERAI-PLATFORM-0013", setting.split(" ")[0]);
        }
        assertThat(shell().exec("config:set lease.leaseMs 9000 --dry-run").out())
                .contains("SERAI-PLATFORM-0013");
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put("leaseMs", 9000L);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(
                        () -> admin().getConfiguration("org.serai.lease", "?").update(properties))
                .withMessageContaining("lease.leaseMs");

        assertThat(service(Cluster.class).self().incarnation()).isEqualTo(incarnation);
        assertThat(shell().exec("config:get lease.leaseMs --json")
                        .json()
                        .get("value")
                        .asText())
                .isEqualTo("8000");
    }

    private ConfigurationAdmin admin() {
        return service(ConfigurationAdmin.class);
    }

    private void update(int port) throws IOException {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put("port", port);
        admin().getConfiguration(PID, "?").update(properties);
    }

    private int port() {
        String portal = service(TargetTransport.class).portal();
        return Integer.parseInt(portal.substring(portal.lastIndexOf(':') + 1));
    }

    private void awaitPort(int port) {
        await("the portal at port " + port).atMost(SOON).until(() -> port() == port);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void assertListens(int port) throws IOException {
        connect(port); // throws where nobody listens
    }

    private static void connect(int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
        }
    }
}
