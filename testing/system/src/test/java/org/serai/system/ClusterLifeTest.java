package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
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
import org.serai.launcher.nodes.NodeProcess;

/** Three nodes of which one after the other is lost: what the others find, tell and do, and how it comes back. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterLifeTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final long HEARD_JUST_NOW_MS = 500;

    @RegisterExtension
    static final Site SITE = new Site();

    private static final Map<String, NodeProcess> NODES = new HashMap<>();
    private static final String A = "life-a";
    private static final String B = "life-b";
    private static final String C = "life-c";
    private static String lost;

    @BeforeAll
    static void threeNodes() {
        List<NodeProcess> two = SITE.cluster(A, B);
        NODES.put(A, two.get(0));
        NODES.put(B, two.get(1));
        NODES.put(C, SITE.started(C));
        NODES.get(C)
                .exec("cluster:join "
                        + two.get(0).json("cluster:token").path("token").asText());
    }

    private static String primary(NodeProcess asked) {
        return asked.json("cluster:status").path("primary").asText("");
    }

    /** A node that is not the one of that name. */
    private static NodeProcess other(String name) {
        return NODES.get(name.equals(B) ? C : B);
    }

    private static List<String> actions(NodeProcess asked, String options) {
        List<String> actions = new ArrayList<>();
        asked.json("event:list --limit 1000 " + options)
                .forEach(event -> actions.add(
                        event.path("action").asText() + " " + event.path("name").asText()));
        return actions;
    }

    /** What the registered caller is told next, as actions with names. */
    private static List<String> told(NodeProcess asked, int count) {
        String lines = asked.exec("event:tail --registration console --count " + count + " --json");
        List<String> told = new ArrayList<>();
        lines.lines()
                .filter(line -> line.contains("action"))
                .forEach(line ->
                        told.add(line.replaceAll(".*\"action\":\"([a-z_]+)\".*\"name\":\"([^\"]*)\".*", "$1 $2")));
        return told;
    }

    @Test
    @Order(1)
    void thereIsOnePrimaryNodeAndAllNodesSayWhich() {
        NodeProcess a = NODES.get(A);
        await().atMost(SOON).until(() -> !primary(a).isEmpty());
        String elected = primary(a);
        assertThat(NODES.keySet()).contains(elected);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(NODES.values())
                        .allSatisfy(node -> assertThat(primary(node)).isEqualTo(elected)));
        assertThat(actions(a, "--subject node")).contains("added " + A, "added " + B, "added " + C);
        assertThat(actions(a, "--subject cluster")).containsExactly("primary site");
        assertThat(actions(a, "--subject pool client")).contains("created pool1", "created acme");
    }

    @Test
    @Order(2)
    void anotherPrimaryIsElectedWhenItIsKilledAndARegisteredCallerIsTold() {
        lost = primary(NODES.get(A));
        NodeProcess witness = other(lost);
        witness.exec("event:register console --subject node cluster --action failed primary recovered");
        NODES.get(lost).killEverything();

        await().atMost(SOON).until(() -> !List.of("", lost).contains(primary(witness)));
        assertThat(told(witness, 2)).containsExactlyInAnyOrder("primary site", "failed " + lost);
        assertThat(actions(witness, "--action failed")).containsExactly("failed " + lost);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(
                                witness.json("cluster:status").path("problems").toString())
                        .contains(lost));
    }

    @Test
    @Order(3)
    void whenItIsStartedAgainItHasRecoveredAndIsNotThePrimary() {
        NODES.get(lost).start();
        NodeProcess witness = other(lost);
        // Asked at the node that comes back: the registration is in the database, whoever reads it.
        assertThat(told(NODES.get(lost), 1)).containsExactly("recovered " + lost);
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(primary(NODES.get(lost))).isNotEqualTo(lost).isEqualTo(primary(witness)));
    }

    @Test
    @Order(4)
    void anyNodeAnswersForAnyOther() {
        for (NodeProcess asked : NODES.values()) {
            for (String name : NODES.keySet()) {
                await().atMost(SOON)
                        .until(() -> asked.json("node:info " + name)
                                .path("live")
                                .path("fence_open")
                                .asBoolean());
            }
        }
        NodeProcess a = NODES.get(A);
        assertThat(a.json("node:neighbours " + A).path("neighbours")).hasSize(2);
        a.exec("node:neighbours " + A + " --set " + C);
        await().atMost(SOON)
                .until(() -> NODES.get(B)
                        .json("node:neighbours " + A)
                        .path("neighbours")
                        .toString()
                        .equals("[\"" + C + "\"]"));
    }

    @Test
    @Order(5)
    void whatIsDeletedWhileANodeIsAwayIsNotExportedByItAfterwards() {
        NodeProcess a = NODES.get(A);
        NodeProcess c = NODES.get(C);
        a.exec("lu:create gone --pool pool1 --client acme --size 16M");
        a.exec("lu:create stays --pool pool1 --client acme --size 16M");
        String gone = c.json("lu:export gone --initiator any").path("url").asText();
        String stays = c.json("lu:export stays --initiator any").path("url").asText();
        assertThat(c.json("target:list").toString()).contains(gone, stays);
        c.killEverything();
        awaitProof(a, C);

        Site.accepted(a, "lu:unexport gone");
        a.exec("lu:delete gone");
        assertThat(actions(a, "--subject lu export --after 0").toString()).contains("deleted gone");

        c.start();
        await().atMost(SOON).until(() -> c.json("target:list").toString().contains(stays));
        assertThat(c.json("target:list").toString()).doesNotContain(gone);
        assertThat(c.json("lu:list").toString()).contains("stays").doesNotContain("\"gone\"");
    }

    @Test
    @Order(6)
    void aLivingNodeIsNotRemovedAndADeadOneIs() {
        NodeProcess a = NODES.get(A);
        NodeProcess c = NODES.get(C);
        await().atMost(SOON).until(() -> rung(a, C, "silence").contains("alive"));
        // Its next heartbeat would have to be long overdue until the word for its death were taken.
        await().atMost(SOON).until(() -> silentMs(a, C) < HEARD_JUST_NOW_MS);
        assertThat(Site.error(a, "cluster:fence " + C + " --operator-word --confirm " + C)
                        .path("code")
                        .asText())
                .isEqualTo("SERAI-CLUSTER-0010");
        JsonNode refused = Site.error(a, "cluster:remove " + C);
        assertThat(refused.path("code").asText()).isEqualTo("SERAI-CLUSTER-0010");
        assertThat(refused.path("message").asText()).isEqualTo("Node " + C + " is alive");

        c.killEverything();
        awaitProof(a, C);
        assertThat(Site.accepted(a, "cluster:remove " + C).path("proof").asText())
                .isIn("processes_gone", "silence");
        assertThat(a.json("node:list").toString()).contains(A, B).doesNotContain(C);
        assertThat(actions(a, "--subject node export"))
                .contains("removed " + C)
                .anyMatch(text -> text.startsWith("deleted iqn"));
        assertThat(a.json("event:list --subject node --action removed --limit 1")
                        .findValuesAsText("node"))
                .as("it is still called by its name")
                .containsExactly(C);
        assertThat(a.json("lu:list").toString()).contains("stays");
        a.exec("lu:delete stays");
    }

    private static long silentMs(NodeProcess asked, String node) {
        for (JsonNode seen : asked.json("node:list")) {
            if (seen.path("name").asText().equals(node)) {
                return seen.path("silent_ms").asLong();
            }
        }
        throw new AssertionError("there is no node " + node);
    }

    /** A node that died a moment ago still looks alive. */
    private static void awaitProof(NodeProcess asked, String node) {
        await().atMost(SOON)
                .until(() -> !asked.json("cluster:fence " + node + " --explain")
                                .path("state")
                                .asText()
                                .equals("alive")
                        && asked.json("cluster:fence " + node + " --explain")
                                .path("may_be_taken_over")
                                .asBoolean());
    }

    private static String rung(NodeProcess asked, String node, String proof) {
        for (JsonNode rung : asked.json("cluster:fence " + node + " --explain").path("proofs")) {
            if (rung.path("proof").asText().equals(proof)) {
                return rung.path("explanation").asText();
            }
        }
        throw new AssertionError("there is no proof " + proof);
    }

    @Test
    @Order(7)
    void aRemovedNodeThatIsStartedSaysSoAndJoinsAnew() {
        NodeProcess a = NODES.get(A);
        NodeProcess c = NODES.get(C);
        assertThat(c.start()).contains("does not belong to cluster site any more");
        assertThat(c.json("cluster:status").path("state").asText()).isEqualTo("refused");
        c.exec("cluster:join " + a.json("cluster:token").path("token").asText());
        assertThat(c.json("target:list").toString()).doesNotContain("stays");
        await().atMost(SOON).until(() -> a.json("node:list").toString().contains(C));
        c.exec("cluster:leave");
        await().atMost(SOON).until(() -> !a.json("node:list").toString().contains(C));
    }

    @Test
    @Order(8)
    void aNodeThatIsStoppedTogetherWithItsWatchdogIsTakenOverFromAndDiesWhenItGoesOn() throws Exception {
        NodeProcess a = NODES.get(A);
        NodeProcess b = NODES.get(B);
        a.exec("lu:create held --pool pool1 --client acme --size 16M");
        String url = b.json("lu:export held --initiator any").path("url").asText();
        assertThat(QemuIo.run(url, "write -P 0x11 0 1M")).contains("wrote 1048576/1048576");
        Set<Long> stopped = b.pids();
        signal("STOP", stopped);

        String taken = a.json("lu:export held --initiator any").path("url").asText();
        assertThat(QemuIo.run(taken, "read -P 0x11 0 1M")).contains("read 1048576/1048576");
        await().atMost(SOON)
                .until(() -> actions(a, "--action failed --object " + B).contains("failed " + B));
        assertThat(a.json("event:list --action failed --object " + B + " --limit 1")
                        .path(0)
                        .path("text")
                        .asText())
                .contains("SILENCE");

        signal("CONT", stopped);
        await().atMost(SOON)
                .until(() ->
                        stopped.stream().allMatch(pid -> ProcessHandle.of(pid).isEmpty()));
        b.start();
        await().atMost(SOON)
                .until(() -> actions(a, "--action recovered --object " + B).contains("recovered " + B));
    }

    private static void signal(String name, Set<Long> pids) throws Exception {
        for (long pid : pids) {
            assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                            .start()
                            .waitFor())
                    .isZero();
        }
    }
}
