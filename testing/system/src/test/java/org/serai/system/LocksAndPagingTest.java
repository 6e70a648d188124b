package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.serai.launcher.nodes.NodeProcess;

/** Who holds which LU or sub-partition for what, and the paging LUs of partitions: by commands, at two nodes. */
class LocksAndPagingTest {
    private static final long MIB = 1 << 20;

    @RegisterExtension
    static final Site SITE = new Site();

    private static NodeProcess a;
    private static NodeProcess b;

    @BeforeAll
    static void twoNodes() {
        List<NodeProcess> nodes = SITE.cluster("locks-a", "locks-b");
        a = nodes.get(0);
        b = nodes.get(1);
    }

    @Test
    void theLockTableTellsByWhomForWhatAndSinceWhenAnLuIsHeld() {
        create("disk1", "64M");
        a.exec("lu:export disk1 --initiator any");

        JsonNode lock = awaitExport(b, "disk1");
        assertThat(lock.path("node").asText()).isEqualTo("locks-a");
        assertThat(lock.path("epoch").asLong()).isPositive();
        assertThat(lock.path("since").asText()).matches("\\d{4}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d:\\d\\d.*");
        assertThat(lock.path("until").asText()).isEmpty();

        for (String change : List.of("lu:delete disk1", "part:create disk1 x --size 1M", "lu:snapshot s disk1")) {
            JsonNode error = Site.error(b, change);
            assertThat(error.path("code").asText()).as(change).isEqualTo("SERAI-LU-0003");
            assertThat(error.toString()).as(change).contains("locks-a", "export");
        }
        assertThat(Site.error(b, "lock:break disk1").path("code").asText()).isEqualTo("SERAI-CLUSTER-0010");

        a.exec("lu:unexport disk1");
        await().until(() -> b.json("lock:explain disk1").path("free").asBoolean());
        JsonNode last = b.json("lock:explain disk1").path("lock");
        assertThat(last.path("until").asText()).isNotEmpty();
        assertThat(last.path("node").asText()).isEqualTo("locks-a");
    }

    @Test
    void subPartitionsAreMadeResizedAndDeletedAtAnyNodeWhileTheLuIsFree() {
        create("store1", "64M");
        a.exec("part:create store1 pages --size 16M --purpose paging");
        b.exec("part:create store1 state --size 16M --purpose hibernation");
        a.exec("part:resize store1 pages --size 32M");
        assertThat(Site.error(b, "part:resize store1 state --size 48M")
                        .path("code")
                        .asText())
                .isEqualTo("SERAI-POOL-0010");
        b.exec("part:resize store1 state --size 8M --shrink");
        assertThat(parts(a)).containsExactly("pages paging " + 32 * MIB, "state hibernation " + 8 * MIB);

        assertThat(Site.error(a, "lu:export store1 --initiator any").toString())
                .contains("SERAI-LU-0003", "pages, state");
        assertThat(Site.error(a, "lu:delete store1").path("code").asText()).isEqualTo("SERAI-LU-0003");
        assertThat(Site.error(a, "lu:resize store1 --size 8M --shrink")
                        .path("code")
                        .asText())
                .isEqualTo("SERAI-POOL-0010");

        b.exec("part:delete store1 pages");
        a.exec("part:delete store1 state");
        await().until(() -> parts(b).isEmpty());
        b.exec("lu:delete store1");
    }

    private static List<String> parts(NodeProcess node) {
        return elements(node.json("part:list store1")).stream()
                .map(part -> part.path("part").asText() + " "
                        + part.path("purpose").asText() + " "
                        + part.path("size_bytes").asText())
                .toList();
    }

    @Test
    void aPagingLuIsChosenGrownAndShrunkByTheCapacityAlone() {
        String neverStarted = a.instance().resolve("logs").resolve("serai.log").toString();
        for (String lpar : List.of("one", "two", "three")) {
            a.exec("lpar:create " + lpar + " --client acme --memory 128M --cpus 1 --kernel " + neverStarted
                    + " --initrd " + neverStarted);
        }
        String first = paging(a, "one", 64);
        assertThat(paging(a, "one", 128)).isEqualTo(first);
        assertThat(paging(a, "one", 32)).isEqualTo(first);
        assertThat(size(first)).isEqualTo(32 * MIB);
        String second = paging(b, "two", 16);
        assertThat(second).isNotEqualTo(first);
        assertThat(size(second)).isEqualTo(16 * MIB);

        b.exec("paging:release one");
        b.exec("paging:release two");
        // The smallest that has enough room; then the nearest, grown by just what is missing; then a new one.
        assertThat(paging(b, "one", 10)).isEqualTo(second);
        assertThat(size(second)).isEqualTo(16 * MIB);
        assertThat(paging(a, "two", 48)).isEqualTo(first);
        assertThat(size(first)).isEqualTo(48 * MIB);
        String third = paging(a, "three", 24);
        assertThat(third).isNotIn(first, second);
        assertThat(size(third)).isEqualTo(24 * MIB);

        a.exec("lpar:delete three");
        assertThat(partitionOf(third)).isEmpty();
        a.exec("paging:release one");
        a.exec("paging:release two");
    }

    private static String paging(NodeProcess node, String lpar, int mib) {
        return node.json("paging:request " + lpar + " --minimum " + mib + "M")
                .path("lu")
                .asText();
    }

    private static long size(String lu) {
        return a.json("lu:info " + lu).path("size_bytes").asLong();
    }

    private static String partitionOf(String lu) {
        return elements(a.json("paging:list")).stream()
                .filter(each -> each.path("lu").asText().equals(lu))
                .map(each -> each.path("partition").asText(""))
                .findFirst()
                .orElseThrow();
    }

    private static void create(String lu, String size) {
        a.exec("lu:create " + lu + " --pool pool1 --client acme --size " + size);
    }

    /** The lock of an LU as soon as a node that is seen alive holds it for an export. */
    private static JsonNode awaitExport(NodeProcess node, String lu) {
        return await().until(
                        () -> elements(node.json("lock:list")).stream()
                                .filter(lock -> lock.path("lu").asText().equals(lu)
                                        && lock.path("operation").asText().equals("export")
                                        && lock.path("node_state").asText().equals("alive"))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private static List<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }
}
