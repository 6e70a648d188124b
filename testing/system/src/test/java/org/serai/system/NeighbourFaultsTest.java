package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.serai.launcher.nodes.NodeProcess;

/** A host without a path to the pool, whose I/O goes through one of two neighbours: what happens when that one goes. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NeighbourFaultsTest {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final String A = "near-a";
    private static final String B = "near-b";
    private static final String C = "near-c";
    private static final List<String> NEIGHBOURS = List.of(B, C);
    private static final List<String> NAMES = List.of(A, B, C);

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
    private static Witness load;
    private static String incarnation;

    @BeforeAll
    static void ioGoesThroughANeighbour() throws Exception {
        Files.createDirectory(shared());
        NAMES.forEach(name -> HOST.put(name, HOSTS.add(name)));
        NAMES.forEach(name -> NODE.put(name, SITE.node(name, HOST.get(name))));
        NAMES.parallelStream().forEach(NeighbourFaultsTest::start);
        NodeProcess a = NODE.get(A);
        String token = a.json("cluster:create site").path("token").asText();
        NEIGHBOURS.forEach(name -> NODE.get(name).exec("cluster:join " + token));
        a.exec("pool:create pool1 --pv " + shared().resolve("pv1") + ":512M");
        a.exec("client:create acme");
        a.exec("lu:create disk1 --pool pool1 --client acme --size 64M");
        a.exec("node:neighbours " + A + " --set " + B + " " + C);
        String url = a.json("lu:export disk1 --initiator any").path("url").asText();
        NEIGHBOURS.forEach(NeighbourFaultsTest::awaitReady);
        load = HOSTS.runs(new Witness(HOSTS.hub(), SITE.folder(), url));
        load.goesOn();
        incarnation = incarnation();
        HOST.get(A).run("mount", "-t", "tmpfs", "none", shared().toString());
        awaitThrough(NEIGHBOURS);
    }

    private static void start(String name) {
        String address = HOSTS.address(HOST.get(name));
        NODE.get(name)
                .start(
                        "node.name=" + name,
                        // The next neighbour is found within four seconds on a machine that does nothing else; how much
                        // longer that takes on another one is not what is tried here.
                        "lease.leaseMs=20000",
                        "cec.serial=" + name.toUpperCase(),
                        "cec.type=9009",
                        "cec.model=22A",
                        "transport.host=" + address,
                        "iscsi.host=" + address);
    }

    @Test
    @Order(1)
    void aNeighbourThatStopsInOrderIsFollowedByTheNextOne() throws Exception {
        String stopped =
                followed("neighbour stopped in order", name -> NODE.get(name).stop());
        start(stopped);
        awaitReady(stopped);
    }

    @Test
    @Order(2)
    void aNeighbourWithoutNetworkIsFollowedByTheNextOne() throws Exception {
        String cut = followed("network of the neighbour cut", name -> HOSTS.unplug(HOST.get(name)));
        HOSTS.plug(HOST.get(cut));
        awaitReady(cut);
    }

    @Test
    @Order(3)
    void aNeighbourThatDoesAllAndIsNotHeardIsFollowedByTheNextOne() throws Exception {
        String muted = followed(
                "neighbour is not heard, and hears", name -> HOST.get(name).mute());
        HOST.get(muted).mend();
        awaitReady(muted);
    }

    @Test
    @Order(4)
    void withoutAnyNeighbourThatAnswersTheNodeEndsAndNothingIsLost() throws Exception {
        load.goesOn();
        Set<Long> running = NODE.get(A).pids();
        String neighbour = awaitThrough(NEIGHBOURS);
        NODE.get(neighbour).killEverything();
        Outages.Since fault = OUTAGES.since("neighbour killed");
        await().atMost(SOON)
                .until(() ->
                        running.stream().noneMatch(pid -> ProcessHandle.of(pid).isPresent()));
        fault.took("the node is ended, since nobody can vouch that the other is over");
        String there =
                NODE.get(other(neighbour)).json("lu:export disk1").path("url").asText();
        fault.until("its disk is served by the third node", load.served(there));
        load.movedTo(there);
        HOST.get(A).run("umount", shared().toString());
        List.of(A, neighbour).parallelStream().forEach(NeighbourFaultsTest::start);
        load.assertUndisturbed();
        Pools.assertClean(NODE.get(A), "pool1");
    }

    /**
     * What is done to the neighbour, or between the two, is borne: the other one takes its place, and no client sees an
     * error.
     *
     * @return the one to which it was done
     */
    private static String followed(String fault, Consumer<String> doIt) throws Exception {
        load.goesOn();
        load.longestPause();
        String neighbour = awaitThrough(NEIGHBOURS);
        doIt.accept(neighbour);
        Outages.Since since = OUTAGES.since(fault);
        awaitThrough(List.of(other(neighbour)));
        load.goesOn();
        since.lasted("I/O stood still, and goes on through the third node", load.longestPause());
        assertThat(incarnation()).isEqualTo(incarnation);
        load.assertUndisturbed();
        return neighbour;
    }

    private static Path shared() {
        return SITE.folder().resolve("shared");
    }

    /** Returns which neighbour has taken it: the second one, if the first did not answer soon enough. */
    private static String awaitThrough(List<String> neighbours) {
        return await().atMost(SOON)
                .ignoreExceptions()
                .until(
                        () -> NODE.get(A)
                                .json("pv:list pool1")
                                .path(0)
                                .path("through")
                                .asText(),
                        neighbours::contains);
    }

    private static String other(String neighbour) {
        return neighbour.equals(B) ? C : B;
    }

    /** Neighbours are asked by messages, for which the nodes have to have found each other, and offer what they have open. */
    private static void awaitReady(String name) {
        Pools.awaitAttached(NODE.get(name), "pool1");
        await().atMost(SOON).until(() -> NODE.get(A).json("node:info " + name).hasNonNull("live"));
    }

    private static String incarnation() {
        for (JsonNode node : NODE.get(A).json("node:list")) {
            if (node.path("name").asText().equals(A)) {
                return node.path("incarnation").asText();
            }
        }
        throw new AssertionError("there is no node " + A);
    }
}
