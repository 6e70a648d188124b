package org.serai.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.util.Hashtable;
import java.util.Optional;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceRegistration;
import org.serai.cluster.Fence;
import org.serai.ffdc.SeraiException;
import org.serai.itests.node.FaultyDriver;
import org.serai.itests.node.InNode;
import org.serai.itests.node.NodeRunner;
import org.serai.itests.node.TestNode;
import org.serai.itests.node.Volume;
import org.serai.scsi.LuExports;
import org.serai.scsi.LuExports.Admitted;
import org.serai.scsi.spi.Nexus;
import org.serai.scsi.spi.NexusOwner;
import org.serai.scsi.spi.ScsiTask;
import org.serai.scsi.spi.Targets;
import org.serai.storage.OpenLu;
import org.serai.storage.Pool;
import org.serai.storage.Storage;
import org.serai.storage.StorageError;
import org.serai.storage.spi.StorageDriver;

/** Drivers that fail while they are used: whoever uses them hears why, and nobody else is touched. */
@RunWith(NodeRunner.class)
@ExamReactorStrategy(PerClass.class)
public class FailingDriverTest extends InNode {
    private static final String EXTENT = "org.serai.storage.extent";
    private static final int GOOD = 0x00;
    private static final int CHECK_CONDITION = 0x02;
    private static final int BUSY = 0x08;
    private static final int MEDIUM_ERROR = 0x03;

    private long client;
    private Storage storage;
    private FaultyDriver faulty;
    private ServiceRegistration<StorageDriver> registration;

    @Configuration
    public Option[] node() {
        return TestNode.withFeatures("node", "storage-simulated").options();
    }

    @Before
    public void offerTheFaultyDriver() {
        client = becomeMember();
        storage = service(Storage.class);
        faulty = new FaultyDriver((StorageDriver) find(StorageDriver.class.getName(), "(storage.driver=simulated)")
                .orElseThrow());
        offer();
    }

    private void offer() {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put("storage.driver", "faulty");
        registration = context.registerService(StorageDriver.class, faulty, properties);
    }

    @After
    public void takeItBack() {
        registration.unregister();
    }

    @Test
    public void anErrorOfTheMediumReachesTheCallerAndEndsWithItsCause() {
        Volume volume = make("faulty", "medium");
        try (OpenLu open = volume.open()) {
            Volume.write(open, 7);
            faulty.fail(FailingDriverTest::mediumError);
            assertFails(StorageError.IO_FAILED, () -> Volume.write(open, 8));
            assertFails(StorageError.IO_FAILED, () -> storage.check("medium"));
            assertShown(volume);
            faulty.fail(() -> new IllegalStateException("a defect of the driver"));
            assertShown(volume);
            faulty.mend();
            assertThat(Volume.read(open)).isEqualTo(7);
        }
        volume.delete();
    }

    /** What cannot be read keeps nothing from being listed. */
    private void assertShown(Volume volume) {
        assertThat(storage.pools()).extracting(Pool::name).contains(volume.pool());
        assertThat(storage.lu(volume.lu().name()).state()).isEqualTo("damaged");
    }

    @Test
    public void aPoolThatItsDriverCannotMakeLeavesNothing() {
        faulty.fail(() -> new IllegalStateException("a defect of the driver"));
        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> make("faulty", "half"))
                .withMessageContaining("a defect of the driver");
        faulty.mend();
        assertFails(StorageError.NO_SUCH_POOL, () -> storage.pool("half"));
        make("faulty", "half").delete();
    }

    @Test
    public void aDriverWithADefectKeepsNoOtherPoolFromBeingAttached() throws Exception {
        Volume bad = make("faulty", "a-bad"); // comes before the other in every list
        Volume good = make("extent", "good");
        Bundle extent = bundle(EXTENT).orElseThrow();
        registration.unregister();
        extent.stop();
        faulty.fail(() -> new IllegalStateException("a defect of the driver"));

        offer();
        extent.start();

        good.awaitAttached();
        assertThat(assertFails(StorageError.PV_UNUSABLE, bad::open)).hasMessageContaining("a defect of the driver");
        assertThat(shell().exec("lu:list").exitCode()).isZero();
        faulty.mend();
        bad.awaitAttached();
        bad.delete();
        good.delete();
    }

    @Test
    public void anInitiatorIsToldBusyWhileTheDriverIsAwayAndGoesOnAfterwards() throws Exception {
        Volume volume = make("extent", "exported");
        service(LuExports.class).export(volume.lu().name(), new Admitted(Optional.empty()), told -> {});
        Bundle extent = bundle(EXTENT).orElseThrow();
        try (Nexus nexus = login(volume)) {
            assertThat(status(nexus, write(7))).isEqualTo(GOOD);
            extent.stop();
            assertThat(status(nexus, write(8))).isEqualTo(BUSY);
            extent.start();
            await("the disk").atMost(SOON).until(() -> status(nexus, write(9)) == GOOD);
        }
        service(LuExports.class).unexport(volume.lu().name(), false, told -> {});
        try (OpenLu open = volume.open()) {
            assertThat(Volume.read(open)).isEqualTo(9);
        }
        volume.delete();
    }

    @Test
    public void anInitiatorIsToldOfAMediumErrorAndTheNodeGoesOnServing() {
        Volume volume = make("faulty", "exported-faulty");
        service(LuExports.class).export(volume.lu().name(), new Admitted(Optional.empty()), told -> {});
        try (Nexus nexus = login(volume)) {
            assertThat(status(nexus, write(7))).isEqualTo(GOOD);
            faulty.fail(FailingDriverTest::mediumError);
            ScsiTask refused = write(8);
            assertThat(status(nexus, refused)).isEqualTo(CHECK_CONDITION);
            assertThat(refused.sense()[2] & 0x0f).as("the sense key").isEqualTo(MEDIUM_ERROR);
            faulty.fail(() -> new IllegalStateException("a defect of the driver"));
            assertThat(status(nexus, write(8))).isEqualTo(CHECK_CONDITION);
            faulty.mend();
            assertThat(status(nexus, write(9))).isEqualTo(GOOD);
        }
        assertThat(service(Fence.class).isOpen()).isTrue();
        service(LuExports.class).unexport(volume.lu().name(), false, told -> {});
        volume.delete();
    }

    private Volume make(String driver, String name) {
        return Volume.make(storage, driver, name, client, instance());
    }

    private static SeraiException mediumError() {
        return StorageError.IO_FAILED.error("The PV cannot be written", "the test says so", "end the test");
    }

    private Nexus login(Volume volume) {
        Targets targets = service(Targets.class);
        String initiator = "iqn.2026-11.org.example:initiator";
        String target = targets.visibleTo(initiator).stream()
                .filter(name -> name.endsWith(volume.lu().name()))
                .findFirst()
                .orElseThrow();
        Nexus nexus = targets.login(target, initiator, initiator + ",i,0x1", new Silent());
        ScsiTask testUnitReady = new ScsiTask();
        testUnitReady.start(0, ByteBuffer.allocate(0), ByteBuffer.allocate(0));
        nexus.execute(testUnitReady); // takes the unit attention after a login
        return nexus;
    }

    /** A transport that nothing has to be told. */
    private static final class Silent implements NexusOwner {
        @Override
        public void dropped() {
            // there is no session to end
        }

        @Override
        public void abort(long lun) {
            // no command waits
        }
    }

    /** WRITE (10) of one block with a number. */
    private static ScsiTask write(long value) {
        ScsiTask task = new ScsiTask();
        task.cdb()[0] = 0x2a;
        task.cdb()[8] = 1;
        ByteBuffer data = ByteBuffer.allocateDirect(OpenLu.BLOCK_BYTES).putLong(0, value);
        task.start(0, data, ByteBuffer.allocate(0));
        return task;
    }

    private static int status(Nexus nexus, ScsiTask task) {
        nexus.execute(task);
        return task.status();
    }
}
