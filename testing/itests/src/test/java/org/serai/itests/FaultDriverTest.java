package org.serai.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.serai.ffdc.SeraiException;
import org.serai.itests.node.InNode;
import org.serai.itests.node.NodeRunner;
import org.serai.itests.node.Shell;
import org.serai.itests.node.TestNode;
import org.serai.itests.node.Volume;
import org.serai.storage.OpenLu;
import org.serai.storage.Storage;
import org.serai.storage.StorageError;
import org.serai.storage.spi.StorageDriver;

/** The driver {@code fault} as a node has it: its faults are configured, and reach pools as storage does. */
@RunWith(NodeRunner.class)
@ExamReactorStrategy(PerClass.class)
public class FaultDriverTest extends InNode {
    private final AtomicInteger tries = new AtomicInteger();
    private long client;
    private Storage storage;

    @Configuration
    public Option[] node() {
        return TestNode.withFeatures("node", "storage-fault").options();
    }

    @Before
    public void join() {
        client = becomeMember();
        storage = service(Storage.class);
        await().atMost(SOON)
                .until(() -> find(StorageDriver.class.getName(), "(storage.driver=fault)")
                        .isPresent());
    }

    @After
    public void mend() {
        rules("");
    }

    private void rules(String rules) {
        Shell.Answer answer = shell().exec(
                        rules.isEmpty()
                                ? "config:unset storage.fault.rules"
                                : "config:set storage.fault.rules '" + rules + "'");
        assertThat(answer.exitCode()).as(answer.toString()).isZero();
    }

    private Volume make(String pool) {
        return Volume.make(storage, "fault", pool, client, instance());
    }

    /** Where rules have been in force until a moment ago. */
    private Volume makeSoon(String pool) {
        return await().atMost(SOON)
                .ignoreExceptionsMatching(
                        e -> e instanceof SeraiException known && known.code() == StorageError.IO_FAILED)
                .until(() -> make(pool), made -> true);
    }

    /**
     * Until no pool can be made, since the rules are in force a moment after they were configured; what was made before that
     * has a name of its own.
     *
     * @return the pool that was refused, of which nothing is left
     */
    private String awaitRefused(String name) {
        return await().atMost(SOON)
                .ignoreExceptionsInstanceOf(AssertionError.class)
                .until(
                        () -> {
                            String pool = name + "-" + tries.incrementAndGet();
                            assertFails(StorageError.IO_FAILED, () -> make(pool));
                            assertFails(StorageError.NO_SUCH_POOL, () -> storage.pool(pool));
                            return pool;
                        },
                        refused -> true);
    }

    @Test
    public void itsComponentIsSatisfied() {
        JsonNode drivers = shell().exec("driver:list --json").json();
        assertThat(StreamSupport.stream(drivers.spliterator(), false)
                        .filter(driver -> driver.toString().contains("storage.fault")))
                .singleElement()
                .asString()
                .contains("\"active\"");
    }

    @Test
    public void aFaultReachesTheLuThatItIsOfAndNoOther() {
        Volume faulty = makeSoon("faulty");
        Volume good = make("good");
        try (OpenLu broken = faulty.open();
                OpenLu whole = good.open()) {
            Volume.write(broken, 7);
            rules("write error of=" + faulty.lu().id());
            await().atMost(SOON)
                    .untilAsserted(() -> assertFails(StorageError.IO_FAILED, () -> Volume.write(broken, 8)));
            Volume.write(whole, 9);
            assertThat(Volume.read(broken)).isEqualTo(7);
            rules("");
            await().atMost(SOON).ignoreExceptions().until(() -> {
                Volume.write(broken, 10);
                return Volume.read(broken) == 10;
            });
            assertThat(Volume.read(whole)).isEqualTo(9);
        }
        faulty.delete();
        good.delete();
    }

    @Test
    public void aRuleThatIsNoneIsRefusedAndTheGoodOnesStay() {
        rules("pool error");
        Shell.Answer refused = shell().exec("config:set storage.fault.rules 'write nothing'");
        assertThat(refused.exitCode()).as(refused.toString()).isNotZero();
        assertThat(refused.toString())
                .contains("storage.fault.rules cannot be 'write nothing'", "OPERATION EFFECT [after=N]");
        assertThat(shell().exec("config:get storage.fault.rules").toString()).contains("pool error");
        awaitRefused("refused");
    }

    @Test
    public void aPoolThatCannotBeMadeLeavesNothing() {
        rules("pool error");
        String refused = awaitRefused("half");
        rules("");
        makeSoon(refused).delete();
    }
}
