package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.serai.launcher.nodes.CommandFailed;
import org.serai.launcher.nodes.NodeProcess;
import org.serai.testkit.PostgresServer;

/** Two nodes on PostgreSQL, by configuration alone; while it is away what is owned goes on and nothing new is granted. */
class PostgresTest {
    private static final String PASSWORD = "for this test";

    @RegisterExtension
    static final Site SITE = new Site();

    @Test
    void itsDeathStopsNoDisk() throws Exception {
        try (PostgresServer server = new PostgresServer(PASSWORD)) {
            Path word = Files.writeString(SITE.folder().resolve("word"), PASSWORD + "\n");
            NodeProcess a = SITE.started("pg-a");
            NodeProcess b = SITE.started("pg-b");
            String token = a.json("cluster:create site --database " + server.url("postgres") + " --user "
                            + PostgresServer.USER + " --password-file " + word)
                    .path("token")
                    .asText();
            b.exec("cluster:join " + token);
            a.exec("pool:create pool1 --pv " + SITE.folder().resolve("pv1") + ":128M");
            a.exec("client:create acme");
            b.exec("lu:create disk1 --pool pool1 --client acme --size 64M");
            String url = b.json("lu:export disk1 --initiator any").path("url").asText();
            assertThat(QemuIo.run(url, "write -P 0x11 0 8M")).contains("wrote 8388608/8388608");

            server.crash();
            await().atMost(Duration.ofSeconds(30)).until(() -> !reachable(b));
            assertThat(QemuIo.run(url, "write -P 0x22 0 8M")).contains("wrote 8388608/8388608");
            assertThat(Site.error(a, "lu:create disk2 --pool pool1 --client acme --size 1M")
                            .path("code")
                            .asText())
                    .isEqualTo("SERAI-DB-0001");

            server.start();
            await().atMost(Duration.ofSeconds(60))
                    .ignoreExceptionsMatching(CommandFailed.class::isInstance)
                    .until(() -> {
                        a.exec("lu:create disk2 --pool pool1 --client acme --size 1M");
                        return true;
                    });
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> b.json("lu:list").toString().contains("disk2"));
            assertThat(QemuIo.run(url, "read -P 0x22 0 8M")).doesNotContain("failed");
            b.stop();
            a.stop();
        }
    }

    private static boolean reachable(NodeProcess node) {
        return node.json("cluster:status").path("database").path("reachable").asBoolean();
    }
}
