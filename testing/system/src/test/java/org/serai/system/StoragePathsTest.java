package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.serai.launcher.nodes.GuestLog;
import org.serai.launcher.nodes.NodeProcess;

/** Two hosts, each with a path of its own to the shared disk, and a partition: what happens when a path or a process goes. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StoragePathsTest {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final Duration BOOT = Duration.ofSeconds(120);
    private static final long DISK_BYTES = 1L << 30;
    private static final String A = "path-a";
    private static final String B = "path-b";
    private static final String C = "path-c";
    private static final String THROUGH_B = "goes through node " + B;
    private static final Duration LONGER_THAN_A_LEASE = Duration.ofSeconds(15);

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
    private static final Map<String, StoragePath> PATH = new HashMap<>();
    private static OneProcess guest;
    private static Witness load;
    private static long seenEvent;

    @BeforeAll
    static void aPartitionAndADiskWithTwoPaths() throws Exception {
        Path disk = SITE.folder().resolve("disk");
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(DISK_BYTES);
        }
        Path pv = Files.createFile(SITE.folder().resolve("pv1"));
        for (String name : List.of(A, B)) {
            HOST.put(name, HOSTS.add(name));
            PATH.put(name, HOSTS.runs(new StoragePath(HOST.get(name), disk, pv)));
            NODE.put(name, SITE.node(name, HOST.get(name)));
            String address = HOSTS.address(HOST.get(name));
            NODE.get(name)
                    .start(
                            "node.name=" + name,
                            // Half as long again as by default: what ends within it does so on a slow machine, too.
                            "lease.leaseMs=12000",
                            "cec.serial=" + name.toUpperCase(),
                            "cec.type=9009",
                            "cec.model=22A",
                            "qemu.accelerator=tcg",
                            "transport.host=" + address,
                            "iscsi.host=" + address);
        }
        NodeProcess a = NODE.get(A);
        String token = a.json("cluster:create site").path("token").asText();
        NODE.get(B).exec("cluster:join " + token);
        NodeProcess c = SITE.started(C);
        c.exec("cluster:join " + token);
        c.stop();
        a.exec("pool:create pool1 --pv " + pv);
        a.exec("client:create acme");
        a.exec("lu:create data --pool pool1 --client acme --size 64M");
        String url = a.json("lu:export data --initiator any").path("url").asText();
        NODE.get(B).exec("lu:export data");
        load = HOSTS.runs(new Witness(HOSTS.hub(), SITE.folder(), url));
        a.exec("lu:create boot --pool pool1 --client acme --size 64M");
        String id = a.json(
                        "lpar:create guest --client acme --memory 128M --cpus 1" + Site.guestOptions() + " --lu boot")
                .path("id")
                .asText();
        guest = HOSTS.runs(new OneProcess(id));
        a.exec("lpar:start guest");
        console(A).await(line -> line.record() >= 3, BOOT, "write records");
        assertThat(guest.running()).hasSize(1);
    }

    @Test
    @Order(1)
    void aPathThatIsSlowForLessThanTheLeaseIsWaitedFor() throws Exception {
        JsonNode before = incarnation(A);
        seenEvent = lastEvent(B);
        load.goesOn();
        PATH.get(A).stall();
        await().atMost(SOON).until(() -> state(A).equals("suspect"));
        PATH.get(A).goOn();
        Outages.Since end = OUTAGES.since("path to storage stalled for some seconds");
        load.goesOn();
        end.took("I/O goes on, without an error");
        await().atMost(SOON).until(() -> state(A).equals("alive"));
        long record = console(A).last().orElseThrow().record();
        console(A).await(line -> line.record() > record + 1, BOOT, "go on");
        assertThat(incarnation(A)).isEqualTo(before);
        assertThat(told(B, "failed")).isEmpty();
    }

    @Test
    @Order(2)
    void whoseAPathIsCutGoesOnThroughItsNeighbourAndReturnsToItsPath() throws Exception {
        JsonNode before = incarnation(A);
        seenEvent = lastEvent(B);
        load.goesOn();
        PATH.get(A).cut();
        Outages.Since fault = OUTAGES.since("path to storage cut, and a neighbour has one");
        load.goesOn();
        fault.took("I/O goes on through it, without an error");
        fault.until(
                "an alert tells of it", () -> told(B, "raised").stream().anyMatch(text -> text.contains(THROUGH_B)));
        await().atMost(SOON).until(() -> node(B, A).path("lost").asText(), ("storage (through " + B + ")")::equals);
        long end = System.nanoTime() + LONGER_THAN_A_LEASE.toNanos();
        while (System.nanoTime() < end) {
            load.goesOn();
        }
        await().atMost(SOON).until(() -> state(A), "alive"::equals);
        assertThat(told(B, "storage_lost")).isEmpty();
        goesOn(A);
        JsonNode relayed = NODE.get(B).json("pv:relayed").get(0);
        assertThat(relayed.path("node").asText()).isEqualTo(A);
        assertThat(relayed.path("now").asBoolean()).isTrue();
        assertThat(relayed.path("written_bytes").asLong()).isPositive();

        PATH.get(A).giveBack();
        Outages.Since back = OUTAGES.since("path given back to who goes through a neighbour");
        back.until(
                "it goes by its path", () -> !node(B, A).path("lost").asText().contains("through"));
        load.assertUndisturbed();
        goesOn(A);
        await().atMost(SOON).until(() -> told(B, "cleared").stream().anyMatch(text -> text.contains(THROUGH_B)));
        assertThat(incarnation(A)).isEqualTo(before);
        assertThat(told(B, "failed")).isEmpty();
    }

    @Test
    @Order(3)
    void aPathThatIsCutAndGivenBackWithinTheLeaseIsTaken() throws Exception {
        JsonNode before = incarnation(A);
        seenEvent = lastEvent(B);
        withoutNeighbour(A);
        PATH.get(A).cut();
        Outages.Since fault = OUTAGES.since("path to storage cut, and no neighbour has one");
        fault.until("`storage lost` is told", () -> !told(B, "storage_lost").isEmpty());
        await().atMost(SOON).until(() -> node(B, A).path("lost").asText().equals("storage"));
        PATH.get(A).giveBack();
        Outages.Since end = OUTAGES.since("path given back within the lease");
        end.until("`storage back` is told", () -> !told(B, "storage_back").isEmpty());
        end.until("a client can write", load.served(url(A)));
        load.movedTo(url(A));
        assertThat(incarnation(A)).isEqualTo(before);
        assertThat(told(B, "failed")).isEmpty();
        goesOn(A);
    }

    @Test
    @Order(4)
    void whoLosesItsPathForGoodIsDeadBeforeTheOtherTakesWhatItHad() throws Exception {
        withoutNeighbour(A);
        takenOverWhen("path to storage cut for good", () -> PATH.get(A).cut(), A, B);
        assertThat(told(B, "storage_lost")).hasSize(1);
        assertThat(told(B, "failed")).singleElement().asString().contains("it had lost its storage", "SILENCE");
        PATH.get(A).giveBack();
        comesBack(A);
    }

    /** The only node that may take its I/O does not run. */
    private static void withoutNeighbour(String name) {
        NODE.get(A).exec("node:neighbours " + name + " --set " + C);
    }

    private static void goesOn(String node) throws Exception {
        long record = console(node).last().orElseThrow().record();
        GuestLog.Line after = console(node).await(line -> line.record() > record + 1, BOOT, "go on");
        assertThat(after.bad()).isZero();
    }

    @Test
    @Order(5)
    void whoseStorageDoesNotAnswerAnyMoreIsDeadBeforeTheOtherTakesWhatItHad() throws Exception {
        takenOverWhen("path to storage stalled for good", () -> PATH.get(B).stall(), B, A);
        assertThat(told(A, "failed")).singleElement().asString().contains("SILENCE");
        PATH.get(B).cut();
        PATH.get(B).giveBack();
        comesBack(B);
    }

    /** What is done to one host makes the other one take over partition and disk. */
    private static void takenOverWhen(String fault, Runnable doIt, String from, String to) throws Exception {
        seenEvent = lastEvent(to);
        Set<Long> processes = NODE.get(from).pids();
        GuestLog.Line before = console(from).last().orElseThrow();
        load.goesOn();
        doIt.run();
        Outages.Since since = OUTAGES.since(fault);
        JsonNode times = NODE.get(to).json("lpar:remote-restart guest").path("times_ms");
        since.took("its partition runs elsewhere", times);
        assertThat(guest.running()).as("hypervisor processes").hasSize(1).doesNotContainAnyElementsOf(processes);
        since.until("its disk is served by another path", load.served(url(to)));
        since.until("`failed` is told", () -> !told(to, "failed").isEmpty());
        load.movedTo(url(to));
        GuestLog.Line after = console(to).await(line -> line.record() > before.record(), BOOT, "boot and write");
        since.took("the guest has booted and read what it wrote");
        assertThat(after.bad()).isZero();
        guest.assertNeverTwo();
    }

    private static void comesBack(String name) throws Exception {
        await().atMost(SOON).until(() -> NODE.get(name).pids().isEmpty());
        NODE.get(name).start();
        await().atMost(SOON).until(() -> !told(other(name), "recovered").isEmpty());
        load.assertUndisturbed();
        Pools.assertClean(NODE.get(name), "pool1");
    }

    @Test
    @Order(6)
    void aGuestThatAloneIsStoppedIsTakenByNobodyAndGoesOn() throws Exception {
        seenEvent = lastEvent(B);
        String process = guest.running().getFirst().toString();
        HOSTS.hub().run("kill", "-STOP", process);
        assertThat(Site.error(NODE.get(B), "lpar:remote-restart guest")
                        .path("cause")
                        .asText())
                .isEqualTo("node " + A + " is alive");
        JsonNode refused = Site.error(NODE.get(A), "lpar:hibernate guest");
        assertThat(refused.path("code").asText()).startsWith("SERAI-");
        assertThat(refused.path("message").asText()).contains("guest");
        load.goesOn();
        HOSTS.hub().run("kill", "-CONT", process);
        Outages.Since end = OUTAGES.since("hypervisor process continued");
        long record = console(A).last().orElseThrow().record();
        GuestLog.Line after = console(A).await(line -> line.record() > record + 1, BOOT, "go on");
        end.took("the guest goes on");
        assertThat(after.bad()).isZero();
        await().atMost(SOON).until(() -> lparState().equals("running"));
        assertThat(told(B, "failed")).isEmpty();
    }

    @Test
    @Order(7)
    void aGuestThatAloneIsKilledHasEndedAndCanBeStartedAtOnceElsewhere() throws Exception {
        GuestLog.Line before = console(A).last().orElseThrow();
        HOSTS.hub().run("kill", "-KILL", guest.running().getFirst().toString());
        Outages.Since fault = OUTAGES.since("hypervisor process killed");
        fault.until("`stopped` is told of the partition", () -> lparState().equals("stopped"));
        fault.until(
                "it runs elsewhere", () -> !NODE.get(B).exec("lpar:start guest").isEmpty());
        GuestLog.Line after = console(B).await(line -> line.record() > before.record(), BOOT, "boot and write");
        assertThat(after.bad()).isZero();
        guest.assertNeverTwo();
    }

    @Test
    @Order(8)
    void aWatchdogThatIsKilledIsFollowedByAnotherOneAndNothingEnds() throws Exception {
        seenEvent = lastEvent(A);
        List<Long> process = guest.running();
        JsonNode before = incarnation(B);
        String watchdog = NODE.get(B).status().path("watchdog_pid").asText();
        HOSTS.hub().run("kill", "-KILL", watchdog);
        Outages.Since fault = OUTAGES.since("watchdog killed");
        fault.until(
                "another one watches and the gate is open",
                () -> NODE.get(B).json("cluster:status").path("fence_open").asBoolean()
                        && !NODE.get(B)
                                .status()
                                .path("watchdog_pid")
                                .asText(watchdog)
                                .equals(watchdog));
        long record = console(B).last().orElseThrow().record();
        console(B).await(line -> line.record() > record + 1, BOOT, "go on");
        assertThat(guest.running()).isEqualTo(process);
        assertThat(incarnation(B)).isEqualTo(before);
        assertThat(told(A, "failed")).isEmpty();
    }

    @Test
    @Order(9)
    void aNodeThatIsStoppedForSomeSecondsGoesOnAndForLongerIsTakenOverFrom() throws Exception {
        seenEvent = lastEvent(A);
        JsonNode before = incarnation(B);
        String node = NODE.get(B).status().path("pid").asText();
        HOSTS.hub().run("kill", "-STOP", node);
        await().atMost(SOON).until(() -> state(B).equals("suspect"));
        HOSTS.hub().run("kill", "-CONT", node);
        await().atMost(SOON).until(() -> state(B).equals("alive"));
        assertThat(incarnation(B)).isEqualTo(before);
        assertThat(told(A, "failed")).isEmpty();

        takenOverWhen("node stopped (SIGSTOP)", () -> HOSTS.hub().run("kill", "-STOP", node), B, A);
        comesBack(B);
    }

    @Test
    @Order(10)
    void whatRunsOnWithoutNodeAndWatchdogIsEndedByTheNextStartBeforeItCanRunElsewhere() throws Exception {
        GuestLog.Line before = console(A).last().orElseThrow();
        List<Long> left = guest.running();
        String watchdog = NODE.get(A).status().path("watchdog_pid").asText();
        String node = NODE.get(A).status().path("pid").asText();
        HOSTS.hub().run("kill", "-STOP", node);
        HOSTS.hub().run("kill", "-KILL", watchdog, node);
        Outages.Since fault = OUTAGES.since("node and watchdog killed together");
        await().atMost(SOON).until(() -> ProcessHandle.of(Long.parseLong(node)).isEmpty());
        assertThat(guest.running()).isEqualTo(left);
        NODE.get(A).start();
        assertThat(guest.running()).isEmpty();
        fault.took("the node is there again, and what it had left is not");
        fault.until(
                "its partition runs elsewhere",
                () -> !NODE.get(B)
                        .exec("lpar:" + (lparState().equals("stopped") ? "start" : "remote-restart") + " guest")
                        .isEmpty());
        GuestLog.Line after = console(B).await(line -> line.record() > before.record(), BOOT, "boot and write");
        assertThat(after.bad()).isZero();
        guest.assertNeverTwo();
    }

    private static GuestLog console(String node) {
        return new GuestLog(Path.of(
                NODE.get(node).json("lpar:info guest").path("console_log").asText()));
    }

    private static String lparState() {
        return NODE.get(B).json("lpar:info guest").path("state").asText();
    }

    private static String url(String node) {
        for (JsonNode target : NODE.get(node).json("target:list")) {
            if (target.path("node").asText().equals(node)
                    && target.path("lu").asText().equals("data")) {
                return target.path("urls").path(0).asText();
            }
        }
        throw new AssertionError("node " + node + " does not export data");
    }

    private static JsonNode node(String asked, String name) {
        for (JsonNode node : NODE.get(asked).json("node:list")) {
            if (node.path("name").asText().equals(name)) {
                return node;
            }
        }
        throw new AssertionError("there is no node " + name);
    }

    private static String other(String name) {
        return name.equals(A) ? B : A;
    }

    /** How the other node sees it. */
    private static String state(String name) {
        return node(other(name), name).path("state").asText();
    }

    private static JsonNode incarnation(String name) {
        return node(name, name).path("incarnation");
    }

    private static long lastEvent(String asked) {
        return NODE.get(asked)
                .json("event:list --limit 1")
                .path(0)
                .path("number")
                .asLong();
    }

    /** The texts of what was told of nodes since {@link #seenEvent}, asked at the node that the fault is not of. */
    private static List<String> told(String asked, String action) {
        return NODE.get(asked)
                .json("event:list --limit 1000 --after " + seenEvent + " --subject node --action " + action)
                .findValuesAsText("text");
    }
}
