package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.serai.launcher.nodes.CommandFailed;
import org.serai.launcher.nodes.GuestLog;
import org.serai.launcher.nodes.NodeProcess;

/**
 * A partition's node dies, and whoever takes it over dies too, at each step of that; a third node has it then. All three
 * are of one host, so that it is known at once who is dead: what is tried here is what a takeover leaves, not the wait.
 */
class TakerDiesTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration BOOT = Duration.ofSeconds(120);

    /** What a takeover tells before each step that leaves something: an owner, locks, a process, a guest that runs. */
    private static final List<String> STEPS =
            List.of("Taking partition guest over", "Opening its LUs", "Starting hypervisor", "Letting it run");

    @RegisterExtension
    static final Site SITE = new Site();

    private static final Map<String, NodeProcess> NODE = new HashMap<>();
    private static String id;

    @BeforeAll
    static void aPartitionAndThreeNodes() {
        for (String name : List.of("taken", "taker", "third")) {
            NODE.put(name, SITE.node(name));
            NODE.get(name)
                    .start(
                            "node.name=" + name,
                            "cec.serial=ONEHOST",
                            "cec.type=9009",
                            "cec.model=22A",
                            "qemu.accelerator=tcg");
        }
        NodeProcess first = NODE.get("taken");
        String token = first.json("cluster:create site").path("token").asText();
        NODE.get("taker").exec("cluster:join " + token);
        NODE.get("third").exec("cluster:join " + token);
        first.exec("pool:create pool1 --pv " + SITE.folder().resolve("pv") + ":1G");
        first.exec("client:create acme");
        first.exec("lu:create disk --pool pool1 --client acme --size 64M");
        id = first.json("lpar:create guest --client acme --memory 128M --cpus 1" + Site.guestOptions() + " --lu disk")
                .path("id")
                .asText();
        first.exec("lpar:start guest");
    }

    @Test
    void whereverATakerDiesTheNextOneHasThePartitionAndNobodyElseRunsIt() throws Exception {
        String runsOn = "taken";
        GuestLog.Line before = console(runsOn).await(line -> line.record() >= 3, BOOT, "write records");
        try (OneProcess guest = new OneProcess(id)) {
            for (String step : STEPS) {
                List<String> others = new ArrayList<>(NODE.keySet());
                others.remove(runsOn);
                NODE.get(runsOn).killEverything();
                diesAt(step, NODE.get(others.get(0)));
                NODE.get(others.get(1)).exec("lpar:remote-restart guest");
                assertThat(guest.running()).as(step).hasSize(1);
                List<Long> process = guest.running();

                Stream.of(runsOn, others.get(0)).parallel().forEach(TakerDiesTest::startAnew);
                runsOn = others.get(1);
                assertThat(NODE.get(others.get(0))
                                .json("lpar:info guest")
                                .path("node")
                                .asText())
                        .as(step)
                        .isEqualTo(runsOn);
                assertThat(guest.running()).as(step).isEqualTo(process);
            }
            guest.assertNeverTwo();
        }
        GuestLog.Line after = console(runsOn).await(line -> line.record() > before.record(), BOOT, "boot and write");
        assertThat(after.bad()).isZero();
        NodeProcess last = NODE.get(runsOn);
        await().atMost(SOON).until(() -> last.json("operation:list --open").isEmpty());
        assertThat(last.json("pool:check pool1").path("ok").asBoolean()).isTrue();
    }

    /** Killed as soon as it tells of the step; its watchdog ends what it has started. */
    private static void diesAt(String step, NodeProcess taker) {
        ProcessHandle node =
                ProcessHandle.of(taker.status().path("pid").asLong()).orElseThrow();
        Set<Long> all = taker.pids();
        AtomicBoolean told = new AtomicBoolean();
        try {
            taker.exec("lpar:remote-restart guest", line -> {
                if (line.contains(step)) {
                    node.destroyForcibly();
                    told.set(true);
                }
            });
        } catch (CommandFailed killed) {
            assertThat(killed.output()).contains(step);
        }
        assertThat(told).as(step).isTrue();
        await().atMost(SOON)
                .until(() -> all.stream().allMatch(pid -> ProcessHandle.of(pid).isEmpty()));
    }

    private static void startAnew(String name) {
        NODE.get(name).start();
        Pools.awaitAttached(NODE.get(name), "pool1");
    }

    private static GuestLog console(String node) {
        return new GuestLog(Path.of(
                NODE.get(node).json("lpar:info guest").path("console_log").asText()));
    }
}
