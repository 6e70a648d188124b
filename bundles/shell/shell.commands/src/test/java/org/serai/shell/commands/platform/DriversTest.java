package org.serai.shell.commands.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.serai.ffdc.SeraiException;
import org.serai.hypervisor.Compatibility;
import org.serai.hypervisor.Machine;
import org.serai.hypervisor.MachineSpec;
import org.serai.hypervisor.spi.Hypervisor;
import org.serai.platform.PlatformError;
import org.serai.shell.Invocation;
import org.serai.shell.commands.platform.Drivers.Driver;

class DriversTest {
    private static final String DRIVER = """
            <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.3.0" name="acme.disk.Disk" immediate="true">
              <implementation class="acme.disk.Disk"/>
              <property name="storage.driver" value="acme"/>
              <service><provide interface="acme.Disk"/></service>
              <reference name="arm" interface="acme.Arm"/>
            </scr:component>
            """;
    private static final String ARM_WITHOUT_CONFIGURATION = """
            <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.3.0" name="acme.Arm" configuration-policy="require"
                configuration-pid="org.serai.arm">
              <implementation class="acme.arm.Arm"/>
              <service><provide interface="acme.Arm"/></service>
            </scr:component>
            """;
    private static final String WITHOUT_ITS_CLASS = """
            <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.3.0" name="acme.net.Net" immediate="true">
              <implementation class="acme.net.Net"/>
              <property name="transport.driver" value="acme"/>
            </scr:component>
            """;

    @TempDir
    private Path folder;

    private SmallFramework framework;
    private Drivers drivers;
    private Path deploy;

    @BeforeEach
    void start() throws Exception {
        deploy = Files.createDirectories(folder.resolve("instance/deploy"));
        framework = new SmallFramework(folder);
        drivers = drivers(Duration.ZERO);
    }

    @AfterEach
    void stop() throws Exception {
        framework.close();
    }

    private Drivers drivers(Duration settling) {
        DeployFolder folder =
                new DeployFolder(framework.context(), framework.runtime(), InstantSource.system(), settling);
        return new Drivers(framework.context(), framework.runtime(), folder);
    }

    private Driver driver(String name) {
        return drivers.all().stream()
                .filter(driver -> driver.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aWaitingDriverIsListedWithTheServiceThatIsMissing() throws Exception {
        framework.install("acme.disk", DRIVER).start();

        assertThat(driver("storage.acme").state()).isEqualTo("waiting");
        assertThat(driver("storage.acme").missing())
                .containsExactly("service acme.Arm missing: nothing that is installed offers it now");
    }

    @Test
    void theTreeLeadsToTheConfigurationThatAProviderLacks() throws Exception {
        framework.install("acme.disk", DRIVER).start();
        framework.install("acme.arm", ARM_WITHOUT_CONFIGURATION).start();

        assertThat(drivers.explain("acme").text()).isEqualTo("""
                driver storage.acme: waiting
                └─ component acme.disk.Disk: waiting
                   └─ service acme.Arm: missing
                      └─ component acme.Arm: unconfigured
                         └─ configuration org.serai.arm: missing
                """);
    }

    @Test
    void theTreeLeadsToThePackageThatAProvidersBundleLacks() throws Exception {
        framework.install("acme.disk", DRIVER).start();
        framework.install(
                "acme.arm",
                "",
                "Import-Package",
                "acme.steel;version=\"[2,3)\"",
                "Provide-Capability",
                "osgi.service;objectClass:List<String>=\"acme.Arm\"");
        framework.install("acme.steel", "", "Export-Package", "acme.steel;version=2.1", "Import-Package", "acme.iron");

        assertThat(drivers.explain("storage.acme").roots())
                .containsExactly("package acme.iron missing: no bundle provides it");
        assertThat(drivers.explain("storage.acme").text())
                .contains("package acme.steel 2.0.0 or newer but below 3.0.0: its provider does not resolve");
    }

    @Test
    void anUnresolvedBundleIsListedWithWhatItLacks() throws Exception {
        framework.install("acme.arm", "", "Import-Package", "acme.steel,acme.tin;resolution:=optional");

        assertThat(driver("acme.arm").state()).isEqualTo("unresolved");
        assertThat(driver("acme.arm").missing()).containsExactly("package acme.steel missing: no bundle provides it");
    }

    @Test
    void aDriverWhoseBundleIsStoppedIsStillKnown() throws Exception {
        Bundle bundle = framework.install("acme.disk", DRIVER);
        bundle.start();
        bundle.stop();

        assertThat(driver("storage.acme").state()).isEqualTo("stopped");
        assertThat(driver("storage.acme").missing()).containsExactly("bundle acme.disk 1.0.0 stopped");
        assertThat(drivers.explain("acme").text()).isEqualTo("""
                driver storage.acme: missing
                └─ bundle acme.disk 1.0.0: stopped
                """);
    }

    @Test
    void aDriverWithoutItsClassHasFailed() throws Exception {
        framework.install("acme.net", WITHOUT_ITS_CLASS).start();

        assertThat(driver("transport.acme").state()).isEqualTo("failed");
        assertThat(drivers.explain("transport.acme").roots())
                .containsExactly("its activation failed: the log says why");
    }

    @Test
    void aDriverThatThrowsSaysWhatItThrew() throws Exception {
        framework
                .install(
                        "acme.net", WITHOUT_ITS_CLASS.replace("acme.net.Net\"/", FailingDriver.class.getName() + "\"/"))
                .start();

        assertThat(driver("transport.acme").state()).isEqualTo("failed");
        assertThat(drivers.explain("transport.acme").roots())
                .containsExactly("its activation failed: SERAI-X-0001: the port 1 is taken");
    }

    @Test
    void aServiceWithADriversPropertyIsAnActiveDriver() {
        java.util.Hashtable<String, Object> properties = new java.util.Hashtable<>();
        properties.put("hypervisor.backend", "plain");
        framework.context().registerService(Runnable.class, () -> {}, properties);

        assertThat(driver("hypervisor.plain").state()).isEqualTo("active");
        assertThat(drivers.explain("hypervisor.plain").because()).isEmpty();
    }

    @Test
    void filesThatAreNoBundlesAreListedAsBroken() throws Exception {
        Files.writeString(deploy.resolve("junk.jar"), "junk");
        Files.writeString(deploy.resolve("notes.txt"), "no jar");

        assertThat(driver("junk.jar").state()).isEqualTo("broken");
        assertThat(drivers.explain("junk.jar").text()).contains("no readable jar");
        assertThat(drivers.names()).doesNotContain("notes.txt");
    }

    @Test
    void aDriverThatIsBeingTakenIsWaitedFor() throws Exception {
        Bundle bundle = framework.deploy(deploy, "acme.disk", DRIVER);
        Drivers patient = drivers(Duration.ofSeconds(20));
        Thread installer = Thread.ofVirtual().start(() -> start(bundle));

        assertThat(patient.explain("storage.acme").state()).isEqualTo("waiting");
        assertThat(patient.names()).contains("storage.acme").doesNotContain("acme.disk.jar");
        installer.join();
    }

    @Test
    void aDriverWhoseFileWasRemovedIsWaitedForUntilItIsGone() throws Exception {
        Bundle bundle = framework.deploy(deploy, "acme.disk", DRIVER);
        bundle.start();
        Files.delete(deploy.resolve("acme.disk.jar"));
        Drivers patient = drivers(Duration.ofSeconds(20));
        Thread installer = Thread.ofVirtual().start(() -> uninstall(bundle));

        assertThat(patient.names()).doesNotContain("storage.acme");
        installer.join();
    }

    private static void uninstall(Bundle bundle) {
        try {
            bundle.uninstall();
        } catch (BundleException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aHypervisorThatCannotRunHereSaysWhatTheHostLacks() {
        java.util.Hashtable<String, Object> properties = new java.util.Hashtable<>();
        properties.put("hypervisor.backend", "heavy");
        framework.context().registerService(Hypervisor.class, new WithoutHost(), properties);

        assertThat(driver("hypervisor.heavy").state()).isEqualTo("unusable");
        assertThat(driver("hypervisor.heavy").missing()).containsExactly("heavy metal is missing");
        assertThat(drivers.explain("hypervisor.heavy").text()).isEqualTo("""
                driver hypervisor.heavy: unusable
                └─ this host: heavy metal is missing
                """);
    }

    private static final class WithoutHost implements Hypervisor {
        @Override
        public Host host() {
            return new Host(false, "", "", "heavy metal is missing");
        }

        @Override
        public Machine start(MachineSpec spec) {
            throw new UnsupportedOperationException();
        }

        @Override
        public java.util.Optional<java.util.UUID> machineAt(String target) {
            return java.util.Optional.empty();
        }

        @Override
        public Compatibility compatibility(MachineSpec spec) {
            throw new UnsupportedOperationException();
        }
    }

    private static void start(Bundle bundle) {
        try {
            bundle.start();
        } catch (BundleException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anUnknownNameIsRefused() {
        assertThatThrownBy(() -> drivers.explain("nothing"))
                .isInstanceOfSatisfying(
                        SeraiException.class, e -> assertThat(e.code()).isEqualTo(PlatformError.NO_SUCH_DRIVER));
    }

    @Test
    void bundlesAreListedWithTheirState() throws Exception {
        framework.install("acme.arm", "", "Import-Package", "acme.steel");
        Invocation invocation = new Invocation(
                new PrintStream(new ByteArrayOutputStream()), new PrintStream(new ByteArrayOutputStream()));

        assertThat(new BundleCommands(framework.context()).list(invocation))
                .filteredOn(row -> row.name().startsWith("acme") || row.id() == 0)
                .extracting(BundleCommands.BundleRow::state)
                .containsExactly("active", "unresolved");
    }
}
