package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.serai.launcher.nodes.NodeProcess;

/** Two nodes as programs see them: by HTTPS and at the local socket, either about the other. */
class VioApiTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @RegisterExtension
    static final Site SITE = new Site();

    private static VioSite a;
    private static VioSite b;
    private static String admin;

    private static NodeProcess started(String name) {
        NodeProcess node = SITE.node(name);
        node.start(
                "node.name=" + name,
                "cec.serial=" + name.toUpperCase(),
                "cec.type=9009",
                "cec.model=22A",
                "vioapi.port=0");
        return node;
    }

    @BeforeAll
    static void twoNodes() throws Exception {
        NodeProcess first = started("vio-a");
        NodeProcess second = started("vio-b");
        String token = first.json("cluster:create site").path("token").asText();
        second.exec("cluster:join " + token);
        first.exec("pool:create pool1 --pv " + SITE.folder().resolve("pv") + ":256M");
        first.exec("client:create acme");
        first.exec("lu:create disk1 --pool pool1 --client acme --size 16M");
        Path kernel = Files.write(SITE.folder().resolve("kernel"), new byte[1024]);
        first.exec("lpar:create web1 --client acme --memory 64M --cpus 1 --kernel " + kernel + " --initrd " + kernel
                + " --lu disk1 --hypervisor simulated");
        a = VioSite.of(first);
        b = VioSite.of(second);
        admin = a.token("admin", "administer");
    }

    @Test
    void whatIsMadeAtOneNodeByHttpsIsThereAtTheOtherAtItsSocket() {
        HttpResponse<String> made = a.post(
                admin,
                VioSite.xml("<create><lu name='made' tier='pool1' client='acme' sizeBytes='16777216'/></create>"));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
        String revision = made.body().replaceAll("(?s).*revision=\"(\\d+)\".*", "$1");
        String there = b.local("<vioRequest xmlns='urn:serai:vio:1' revision='" + revision
                + "'><list><lu name='made'/></list></vioRequest>");
        assertThat(there).contains("200 OK").contains("<lu id=").contains("name=\"made\"");
    }

    @Test
    void eitherNodeGivesTheOthersOwnAnswer() {
        for (VioSite asked : new VioSite[] {a, b}) {
            for (String about : new String[] {"vio-a", "vio-b"}) {
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(asked.post(
                                                admin,
                                                "{\"vioRequest\":{\"get\":{\"node\":{\"name\":\"" + about
                                                        + "\",\"live\":true}}}}")
                                        .body())
                                .contains("\"fenceOpen\" : true"));
            }
        }
    }

    @Test
    void aRequestForAnotherNodeIsDoneThere() {
        a.post(
                admin,
                VioSite.xml("<create><lu name='shown' tier='pool1' client='acme' sizeBytes='16777216'/></create>"));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(a.post(
                                        admin,
                                        "<vioRequest xmlns='urn:serai:vio:1' node='vio-b'>"
                                                + "<create><mapping lu='shown' initiator='any'/></create></vioRequest>")
                                .body())
                        .contains("answeredBy=\"vio-b\"")
                        .contains("kind=\"export\""));
        String reader = a.token("looks", "read");
        String listed = a.post(reader, VioSite.xml("<list><mapping lu='shown'/></list>"))
                .body();
        assertThat(listed).contains("target=").doesNotContain("url=");
    }

    @Test
    void aTokenOpensEveryNodeForItsRoleAndNoneOnceItIsRevoked() {
        String reader = a.token("reader", "read");
        String list = VioSite.xml("<list><lu/></list>");
        assertThat(b.post(reader, list).statusCode()).isEqualTo(200);
        HttpResponse<String> refused = b.post(reader, VioSite.xml("<create><client name='evil'/></create>"));
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("SERAI-VIO-0004");
        assertThat(a.node().exec("client:list")).doesNotContain("evil");
        a.node().exec("vioapi:token-revoke reader");
        assertThat(b.post(reader, list).statusCode()).isEqualTo(401);
        assertThat(a.node().exec("vioapi:tokens"))
                .contains("admin")
                .doesNotContain(reader)
                .doesNotContain(admin);
    }

    @Test
    void whoWaitsForEventsIsToldWhenSomethingHappensElsewhere() throws Exception {
        String newest =
                a.post(admin, VioSite.xml("<list><event limit='1'/></list>")).body();
        String upTo = newest.replaceAll("(?s).*upTo=\"(\\d+)\".*", "$1");
        CompletableFuture<HttpResponse<String>> waiting = CompletableFuture.supplyAsync(() -> a.post(
                admin,
                VioSite.xml("<list><event after='" + upTo + "' wait='60' subject='client' object='heard'/></list>")));
        b.post(admin, VioSite.xml("<create><client name='heard'/></create>"));
        assertThat(waiting.get(SOON.toMillis(), TimeUnit.MILLISECONDS).body())
                .contains("after=\"" + upTo + "\"")
                .contains("subject=\"client\" action=\"created\"")
                .contains("missed=\"false\"");
    }

    @Test
    void aStreamTellsWhatHappensElsewhereAndGoesOnFromWhereItEnded() throws Exception {
        String reader = a.token("streams", "read");
        try (Stream<String> lines = a.events(reader, "?subject=client")) {
            Iterator<String> told = lines.iterator();
            assertThat(told.next()).isEqualTo("retry: 2000");
            String id = told.next().replace("id: ", "");
            b.post(admin, VioSite.xml("<create><client name='streamed'/></create>"));
            assertThat(dataOf(told)).contains("\"action\":\"created\"", "\"name\":\"streamed\"");
            try (Stream<String> again = b.events(reader, "?subject=client&after=" + id)) {
                assertThat(dataOf(again.iterator())).contains("\"name\":\"streamed\"");
            }
        }
    }

    private static String dataOf(Iterator<String> lines) {
        String line = lines.next();
        while (!line.startsWith("data: ")) {
            line = lines.next();
        }
        return line;
    }

    @Test
    void theClientOfTheDocumentationStartsAPartitionAndHearsThatItRuns() throws Exception {
        Path project = Path.of(System.getProperty("serai.project"));
        Path client = project.resolve("docs/examples/VioClient.java");
        assertThat(Files.readAllLines(client)).hasSizeLessThanOrEqualTo(40);
        Path certificate = Files.writeString(SITE.folder().resolve("node.pem"), a.certificate());
        ProcessBuilder run = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        client.toString(),
                        a.url(),
                        certificate.toString(),
                        "web1")
                .redirectErrorStream(true);
        run.environment().put("VIO_TOKEN", a.token("client", "operate"));
        Process process = run.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said)
                .contains("web1 is stopped")
                .contains("partition web1 has changed: state from starting to running");
        assertThat(a.node().json("lpar:info web1").path("state").asText()).isEqualTo("running");
    }

    @Test
    void theShellUsesTheSameWay() {
        String list = "{\"vioRequest\":{\"list\":{\"node\":{}}}}";
        assertThat(a.node()
                        .json("vioapi:request '" + list + "'")
                        .path("vioResponse")
                        .path("node"))
                .hasSize(2);
        assertThatThrownBy(() -> a.node().exec("vioapi:schema | vioapi:request - --json"))
                .hasMessageContaining("SERAI-VIO-0001");
        assertThat(Site.error(a.node(), "vioapi:token-revoke nosuch")
                        .path("code")
                        .asText())
                .isEqualTo("SERAI-VIO-0010");
        assertThat(a.node().exec("vioapi:schema")).contains("targetNamespace=\"urn:serai:vio:1\"");
    }

    @Test
    void theAuditLogNamesTheTokenOfEachChange() throws Exception {
        a.post(admin, VioSite.xml("<create><client name='audited'/></create>"));
        Path log = a.node().instance().resolve("logs").resolve("serai.log");
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(Files.readString(log)).contains("admin at 127.0.0.1 asks to create client audited"));
        assertThat(Files.readString(log)).doesNotContain(admin);
    }
}
