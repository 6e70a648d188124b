package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.serai.launcher.nodes.CommandFailed;
import org.serai.launcher.nodes.NodeProcess;
import org.serai.testkit.PostgresServer;

/** Eight hosts at a switch, a database and a shared pool: what happens when the network, the database or a host goes. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EightHostsTest {
    private static final int COUNT = 8;
    private static final int CHANGES = 5;
    private static final int DATABASE_PORT = 5432;
    private static final String PASSWORD = "for this test";
    private static final Duration SOON = Duration.ofSeconds(90);

    @RegisterExtension
    @Order(1)
    static final Outages OUTAGES = new Outages(SOON);

    @RegisterExtension
    @Order(2)
    static final Hosts HOSTS = new Hosts();

    @RegisterExtension
    @Order(3)
    static final Site SITE = new Site();

    private static final Map<String, Host> HOST = new HashMap<>();
    private static final Map<String, NodeProcess> NODE = new HashMap<>();
    private static final List<String> NAMES =
            IntStream.rangeClosed(1, COUNT).mapToObj(number -> "host" + number).toList();
    private static PostgresServer database;

    @BeforeAll
    static void eightNodesInOneCluster() throws Exception {
        database = HOSTS.runs(new PostgresServer(PASSWORD, HOSTS.hub().inside(), HOSTS.hubAddress(), DATABASE_PORT));
        NAMES.forEach(name -> HOST.put(name, HOSTS.add(name)));
        NAMES.forEach(name -> NODE.put(name, SITE.node(name, HOST.get(name))));
        NAMES.parallelStream().forEach(EightHostsTest::start);
        NodeProcess first = NODE.get(NAMES.getFirst());
        Path word = Files.writeString(SITE.folder().resolve("word"), PASSWORD + "\n");
        String token = first.json("cluster:create site --database " + database.url("postgres") + " --user "
                        + PostgresServer.USER + " --password-file " + word)
                .path("token")
                .asText();
        NAMES.stream().skip(1).forEach(name -> NODE.get(name).exec("cluster:join " + token));
        first.exec("pool:create pool1 --pv " + SITE.folder().resolve("pv1") + ":2G");
        first.exec("client:create acme");
        await().atMost(SOON).until(() -> NODE.values().stream().allMatch(node -> nodes(node, "alive") == COUNT));
        assertThat(primary()).isIn(NAMES);
    }

    private static void start(String name) {
        String address = HOSTS.address(HOST.get(name));
        NODE.get(name)
                .start(
                        "node.name=" + name,
                        "cec.serial=" + name.toUpperCase(),
                        "cec.type=9009",
                        "cec.model=22A",
                        "transport.host=" + address,
                        "iscsi.host=" + address);
    }

    @Test
    @Order(1)
    void aHostWithoutNetworkServesWhatItHasAndIsNotTakenForDead() throws Exception {
        String cut = primary();
        List<String> others = NAMES.stream().filter(name -> !name.equals(cut)).toList();
        String deaf = others.get(0);
        String mute = others.get(1);
        List<String> lost = List.of(cut, deaf, mute);
        NodeProcess witness = NODE.get(others.get(2));
        List<Witness> loads = new ArrayList<>();
        for (String name : lost) {
            loads.add(witness(HOST.get(name), exported("inside-" + name, name)));
            partition("guest-" + name, name);
        }
        long before = lastEvent(witness);

        HOSTS.unplug(HOST.get(cut));
        HOST.get(deaf).deafen();
        HOST.get(mute).mute();
        try {
            Outages.Since fault = OUTAGES.since("network cut: a primary, one that hears not, one that is not heard");
            for (Witness load : loads) {
                load.goesOn();
            }
            fault.until(
                    "`database lost` is told of all three",
                    () -> told(witness, before, "database_lost").size() == lost.size());
            fault.until(
                    "another node is the primary one",
                    () -> !lost.contains(
                            witness.json("cluster:status").path("primary").asText(cut)));
            for (String name : lost) {
                await().atMost(SOON).untilAsserted(() -> {
                    JsonNode seen = node(witness, name);
                    assertThat(seen.path("lost").asText()).isEqualTo("database");
                    assertThat(seen.path("state").asText()).isEqualTo("alive");
                });
                assertThat(Site.error(witness, "lpar:remote-restart guest-" + name)
                                .path("cause")
                                .asText())
                        .isEqualTo("node " + name + " is alive");
                assertThat(Site.error(witness, "lu:delete inside-" + name)
                                .path("code")
                                .asText())
                        .isEqualTo("SERAI-LU-0003");
                assertThat(NODE.get(name)
                                .json("cluster:status")
                                .path("problems")
                                .toString())
                        .contains("this node cannot use the database (");
                assertThat(Site.error(NODE.get(name), "client:create late-" + name)
                                .path("code")
                                .asText())
                        .isEqualTo("SERAI-DB-0001");
            }
            for (Witness load : loads) {
                load.goesOn();
            }
            assertThat(told(witness, before, "failed")).isEmpty();
        } finally {
            HOSTS.plug(HOST.get(cut));
            HOST.get(deaf).mend();
            HOST.get(mute).mend();
        }
        Outages.Since end = OUTAGES.since("network back");
        for (String name : lost) {
            end.until(
                    name + " makes changes",
                    () -> !NODE.get(name).exec("client:create back-" + name).isEmpty());
        }
        end.until(
                "`database back` is told of all three",
                () -> named(told(witness, before, "database_back"), lost)
                        && lost.stream()
                                .allMatch(name -> node(witness, name)
                                        .path("lost")
                                        .asText("")
                                        .isEmpty()));
        for (String name : lost) {
            end.until(
                    name + " answers",
                    () -> witness.json("node:info " + name)
                            .path("live")
                            .path("fence_open")
                            .asBoolean());
            assertThat(NODE.get(name)
                            .json("lpar:info guest-" + name)
                            .path("state")
                            .asText())
                    .isEqualTo("running");
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(
                                    NODE.get(name).json("cluster:status").path("primary"))
                            .isEqualTo(witness.json("cluster:status").path("primary")));
        }
        assertThat(told(witness, before, "failed")).isEmpty();
        for (Witness load : loads) {
            load.assertUndisturbed();
            load.close();
        }
    }

    private static Witness witness(Host at, String url) {
        return HOSTS.runs(new Witness(at, SITE.folder(), url));
    }

    @Test
    @Order(2)
    void aDatabaseThatIsRestartedLosesNoChangeAndStopsNoDisk() throws Exception {
        Witness load = witness(HOSTS.hub(), exported("disk-r", "host1"));
        Changes changes = HOSTS.runs(new Changes("r", List.of(NODE.get("host2"), NODE.get("host5")), "pool1", "acme"));
        await().atMost(SOON).until(() -> changes.count() >= CHANGES);

        Outages.Since fault = OUTAGES.since("database restarted under load");
        database.stop();
        int before = changes.count();
        database.start();
        fault.until("the next change is acknowledged", () -> changes.count() > before);
        load.goesOn();
        changes.assertKept(NODE.get("host8"));
        load.assertUndisturbed();
        load.close();
    }

    @Test
    @Order(3)
    void aDatabaseThatIsKilledAndStaysAwayStopsNothingThatRunsAndHalfDoneOperationsEnd() throws Exception {
        NodeProcess node = NODE.get("host6");
        long before = lastEvent(node);
        partition("sleeper", "host6");
        Witness load = witness(HOSTS.hub(), exported("disk-k", "host1"));
        Changes changes = HOSTS.runs(new Changes("k", List.of(NODE.get("host2"), NODE.get("host5")), "pool1", "acme"));
        CompletableFuture<Void> sleeping = CompletableFuture.runAsync(() -> sleepAndWakeUntilThatFails(node));
        await().atMost(SOON).until(() -> changes.count() >= CHANGES);

        database.kill();
        sleeping.get(SOON.toSeconds(), TimeUnit.SECONDS);
        // Longer than any time-out of what might wait for it: nobody who serves may depend on the database.
        await().during(Duration.ofSeconds(35)).atMost(SOON).until(() -> {
            load.goesOn();
            return NODE.get("host1").json("cluster:status").path("fence_open").asBoolean();
        });
        JsonNode status = node.json("cluster:status");
        assertThat(status.path("problems").toString())
                .contains("this node cannot use the database (", "): nothing can be changed");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(nodes(node, "alive")).isEqualTo(COUNT));
        assertThat(Site.error(node, "lu:create late --size 1M --pool pool1 --client acme")
                        .path("code")
                        .asText())
                .isEqualTo("SERAI-DB-0001");

        Outages.Since end = OUTAGES.since("database killed under load, then started");
        int then = changes.count();
        database.start();
        end.until("a change is acknowledged", () -> changes.count() > then);
        end.until("the half-done operation has ended", () -> {
            String state = node.json("lpar:info sleeper").path("state").asText();
            node.exec(state.equals("running") ? "lpar:hibernate sleeper" : "lpar:resume sleeper");
            return true;
        });
        changes.assertKept(NODE.get("host8"));
        load.assertUndisturbed();
        load.close();
        assertThat(told(node, before, "failed")).isEmpty();
    }

    private static void sleepAndWakeUntilThatFails(NodeProcess node) {
        try {
            for (; ; ) {
                node.exec("lpar:hibernate sleeper");
                node.exec("lpar:resume sleeper");
            }
        } catch (CommandFailed failed) {
            assertThat(failed.output()).contains("SERAI-");
        }
    }

    @Test
    @Order(4)
    void thePrimaryIsKilledWhileTwoOthersWantWhatItHas() throws Exception {
        String victim = primary();
        List<String> others =
                NAMES.stream().filter(name -> !name.equals(victim)).toList();
        NodeProcess taker = NODE.get(others.get(0));
        NodeProcess rival = NODE.get(others.get(1));
        partition("guest", victim);
        Witness load = witness(HOSTS.hub(), exported("disk-p", victim));
        String otherPath = taker.json("lu:export disk-p").path("url").asText();
        load.goesOn();
        long before = lastEvent(taker);

        HOSTS.unplug(HOST.get(victim));
        Set<Long> gone = NODE.get(victim).killEverything();
        Outages.Since fault = OUTAGES.since("host of the primary dead");
        try (ExecutorService both = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> first = both.submit(() -> restarts(taker, fault));
            Future<Boolean> second = both.submit(() -> restarts(rival, fault));
            fault.until("its disk is served by another path", load.served(otherPath));
            assertThat(List.of(first.get(), second.get())).containsExactlyInAnyOrder(true, false);
        }
        fault.until("another primary is known", () -> {
            String now = taker.json("cluster:status").path("primary").asText();
            return !now.isEmpty() && !now.equals(victim);
        });
        fault.until("`failed` is told", () -> !told(taker, before, "failed").isEmpty());
        assertThat(told(taker, before, "failed")).singleElement().asString().contains(victim, "SILENCE");
        assertThat(gone).noneMatch(pid -> ProcessHandle.of(pid).isPresent());
        load.movedTo(otherPath);

        HOSTS.plug(HOST.get(victim));
        Outages.Since end = OUTAGES.since("that host started again");
        NODE.get(victim).start();
        end.until("`recovered` is told", () -> !told(taker, before, "recovered").isEmpty());
        end.until(
                "it serves the path that is left to it",
                () -> taker.json("target:list").findValuesAsText("state").contains("standby"));
        assertThat(Site.error(NODE.get(victim), "lpar:start guest").path("code").asText())
                .startsWith("SERAI-LPAR-");
        load.assertUndisturbed();
        load.close();
        assertThat(taker.json("pool:check pool1").path("ok").asBoolean()).isTrue();
    }

    private static boolean restarts(NodeProcess taker, Outages.Since fault) {
        try {
            JsonNode times = taker.json("lpar:remote-restart guest").path("times_ms");
            fault.took("its partition runs elsewhere", times);
            return true;
        } catch (CommandFailed lost) {
            return false;
        }
    }

    /** An LU of that node with all its space, for without the database there is no more of it, and the URL that serves it. */
    private static String exported(String lu, String node) {
        NODE.get(node).exec("lu:create " + lu + " --pool pool1 --client acme --size 64M --thick");
        return NODE.get(node)
                .json("lu:export " + lu + " --initiator any")
                .path("url")
                .asText();
    }

    private static void partition(String name, String node) {
        NODE.get(node)
                .exec("lpar:create " + name + " --client acme --memory 128M --cpus 1 --hypervisor simulated"
                        + Site.guestOptions());
        NODE.get(node).exec("lpar:start " + name);
    }

    private static String primary() {
        return NODE.get(NAMES.getFirst()).json("cluster:status").path("primary").asText();
    }

    private static long nodes(NodeProcess asked, String state) {
        return StreamSupport.stream(asked.json("node:list").spliterator(), false)
                .filter(node -> node.path("state").asText().equals(state))
                .count();
    }

    private static JsonNode node(NodeProcess asked, String name) {
        for (JsonNode node : asked.json("node:list")) {
            if (node.path("name").asText().equals(name)) {
                return node;
            }
        }
        throw new AssertionError("there is no node " + name);
    }

    private static long lastEvent(NodeProcess asked) {
        return asked.json("event:list --limit 1").path(0).path("number").asLong();
    }

    /** The texts of what was told of nodes since an event. */
    private static List<String> told(NodeProcess asked, long after, String action) {
        return asked.json("event:list --limit 1000 --after " + after + " --subject node --action " + action)
                .findValuesAsText("text");
    }

    /** Whether each node is in one of the texts; there may be more of them. */
    private static boolean named(List<String> texts, List<String> names) {
        return names.stream().allMatch(name -> texts.stream().anyMatch(text -> text.contains(name)));
    }
}
