package org.serai.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.Version;
import org.serai.ffdc.SeraiException;
import org.serai.itests.node.InNode;
import org.serai.itests.node.MadeBundle;
import org.serai.itests.node.NodeRunner;
import org.serai.itests.node.Shell;
import org.serai.itests.node.TestNode;
import org.serai.itests.node.Volume;
import org.serai.itests.node.Writer;
import org.serai.storage.OpenLu;
import org.serai.storage.Storage;
import org.serai.storage.StorageError;

/** Storage drivers come, are replaced and go through the deploy folder of a running node. */
@RunWith(NodeRunner.class)
@ExamReactorStrategy(PerClass.class)
public class HotSwapTest extends InNode {
    private static final String SIMULATED = "org.serai.storage.simulated";
    private static final String EXTENT = "org.serai.storage.extent";
    private static final String BROKEN = "org.example.broken";

    private long client;
    private Storage storage;

    @Configuration
    public Option[] nodeWithoutStorageDrivers() {
        return TestNode.withFeatures("node", "-storage-extent").options();
    }

    @Before
    public void becomeAMember() {
        client = becomeMember();
        storage = service(Storage.class);
    }

    @After
    public void takeAwayWhatWasDeployed() {
        for (String bundle : Set.of(SIMULATED, EXTENT, BROKEN)) {
            jars().remove(bundle);
        }
        await("the end of the drivers")
                .atMost(SOON)
                .until(() -> Set.of(SIMULATED, EXTENT, BROKEN).stream()
                        .noneMatch(name -> bundle(name).isPresent()));
    }

    @Test
    public void aDriverThatIsDroppedMakesPoolsAndOneThatIsTakenAwayIsNamed() {
        String name = "dropped";
        assertFails(StorageError.NO_SUCH_DRIVER, () -> make("simulated", name));
        jars().deploy(SIMULATED, "0.1.0");
        awaitDriver("simulated");
        Volume volume = makeSoon("simulated", name);
        try (OpenLu open = volume.open()) {
            Volume.write(open, 7);
            assertThat(Volume.read(open)).isEqualTo(7);
        }
        volume.delete();
        jars().remove(SIMULATED);
        await("the end of the driver")
                .atMost(SOON)
                .until(() -> bundle(SIMULATED).isEmpty());
        assertThat(assertFails(StorageError.NO_SUCH_DRIVER, () -> make("simulated", name)))
                .hasMessageContaining("There is no storage driver simulated");
    }

    @Test
    public void writesUnderWayGoOverToANewerVersionOfTheirDriver() throws InterruptedException {
        jars().deploy(EXTENT, "0.1.0");
        awaitDriver("extent");
        Volume volume = makeSoon("extent", "replaced");
        try (OpenLu open = volume.open();
                Writer writer = new Writer(open)) {
            writer.awaitFurtherWrites();

            jars().deploy(EXTENT, "0.2.0");
            await("version 0.2.0")
                    .atMost(SOON)
                    .until(() -> bundle(EXTENT).map(Bundle::getVersion).equals(Optional.of(new Version(0, 2, 0))));
            volume.awaitAttached();

            writer.awaitFurtherWrites();
            assertThat(writer.stop()).isEqualTo(Volume.read(open));
            assertThat(writer.refusals()).isSubsetOf(StorageError.LU_CLOSED);
        }
        assertThat(storage.check("replaced").errors()).isEmpty();
        volume.delete();
    }

    @Test
    public void anLuWhosePoolIsLostWithItsDriverFailsClearlyAndGivesItsLockBack() {
        jars().deploy(SIMULATED, "0.1.0");
        awaitDriver("simulated");
        Volume volume = makeSoon("simulated", "lost");
        OpenLu open = volume.open();
        Volume.write(open, 7);

        jars().deploy(SIMULATED, "0.2.0"); // keeps nothing of what the earlier version had in memory
        await("version 0.2.0")
                .atMost(SOON)
                .until(() -> bundle(SIMULATED).map(Bundle::getVersion).equals(Optional.of(new Version(0, 2, 0))));
        awaitDriver("simulated");

        assertFails(StorageError.LU_CLOSED, () -> Volume.read(open));
        // The driver is a service a moment before storage has taken it.
        await("storage to try the pool")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(assertFails(StorageError.PV_UNUSABLE, volume::open))
                        .hasMessageContaining("not the one that the pool"));
        open.close();
        assertThat(storage.lu(volume.lu().id()).orElseThrow().lock()).isEmpty();
        Volume further = makeSoon("simulated", "further");
        further.open().close();
        further.delete();
    }

    @Test
    public void aStoppedDriverIsExplained() throws Exception {
        jars().deploy(EXTENT, "0.1.0");
        awaitDriver("extent");
        Volume volume = makeSoon("extent", "stopped");
        Bundle bundle = bundle(EXTENT).orElseThrow();

        bundle.stop();

        assertFails(StorageError.NO_SUCH_DRIVER, volume::open);
        for (String name : Set.of("extent", "storage.extent", EXTENT)) {
            Shell.Answer answer = shell().exec("driver:why " + name);
            assertThat(answer.exitCode()).as(answer.toString()).isZero();
            assertThat(answer.out()).contains(EXTENT).contains("stopped");
        }
        assertThat(driver("storage.extent").get("state").asText()).isEqualTo("stopped");
        bundle.start();
        volume.awaitAttached();
        volume.open().close();
        volume.delete();
    }

    @Test
    public void aBundleThatDoesNotResolveIsRefusedWithWhatItLacksWhileTheNodeGoesOn() {
        jars().deploy(EXTENT, "0.1.0");
        awaitDriver("extent");
        Volume volume = makeSoon("extent", "goes-on");
        try (OpenLu open = volume.open()) {
            jars().deploy(
                            BROKEN,
                            new MadeBundle(BROKEN).header("Import-Package", "org.example.gone;version=\"[3,4)\""));

            await("the broken bundle").atMost(SOON).until(() -> bundle(BROKEN).isPresent());
            await("its explanation").atMost(SOON).untilAsserted(() -> {
                JsonNode shown = driver(BROKEN);
                assertThat(shown.get("state").asText()).isEqualTo("unresolved");
                assertThat(shown.get("missing").toString())
                        .contains("package org.example.gone 3.0.0 or newer but below 4.0.0");
            });
            assertThat(shell().exec("driver:why " + BROKEN).out()).contains("package org.example.gone");
            assertThat(Arrays.stream(context.getBundles()).filter(each -> each.getState() == Bundle.INSTALLED))
                    .extracting(Bundle::getSymbolicName)
                    .containsExactly(BROKEN);
            Volume.write(open, 7);
            assertThat(Volume.read(open)).isEqualTo(7);
        }
        volume.delete();
    }

    private Volume make(String driver, String name) {
        return Volume.make(storage, driver, name, client, instance());
    }

    /** For a driver that has just been deployed: it is a service a moment before storage has taken it. */
    private Volume makeSoon(String driver, String name) {
        return await("storage takes driver " + driver)
                .atMost(SOON)
                .ignoreExceptionsMatching(
                        e -> e instanceof SeraiException known && known.code() == StorageError.NO_SUCH_DRIVER)
                .until(() -> make(driver, name), made -> true);
    }

    private void awaitDriver(String name) {
        await("driver " + name)
                .atMost(SOON)
                .until(() -> find("org.serai.storage.spi.StorageDriver", "(storage.driver=" + name + ")")
                        .isPresent());
    }

    private JsonNode driver(String name) {
        Shell.Answer answer = shell().exec("driver:list --json");
        for (JsonNode driver : answer.json()) {
            if (driver.get("name").asText().equals(name)) {
                return driver;
            }
        }
        throw new AssertionError("no " + name + " in " + answer.out());
    }
}
