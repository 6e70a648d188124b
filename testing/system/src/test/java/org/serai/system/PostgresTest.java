package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
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
    private static final int WRITTEN_BLOCKS = 8 << 11;
    private static final int BLOCKS = 64 << 11;
    private static final int EXTENT_BLOCKS = 512;
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
            Pools.awaitAttached(b, "pool1");
            b.exec("lu:create disk1 --pool pool1 --client acme --size 64M");
            String url = b.json("lu:export disk1 --initiator any").path("url").asText();
            assertThat(QemuIo.run(url, "write -P 0x11 0 8M")).contains("wrote 8388608/8388608");
            b.exec("lu:create reserved --pool pool1 --client acme --size 1M");
            String reserved =
                    b.json("lu:export reserved --initiator any").path("url").asText();
            ScsiHost holder = new ScsiHost("iqn.2026-11.org.example:holder", reserved);
            ScsiHost other = new ScsiHost("iqn.2026-11.org.example:other", reserved);
            ScsiHost growing = new ScsiHost("iqn.2026-11.org.example:growing", url);
            assertThat(holder.reserveOut(0, 0, 0, 1, 0)).isEqualTo(ScsiHost.GOOD);
            assertThat(holder.reserveOut(1, 1, 1, 0, 0)).isEqualTo(ScsiHost.GOOD);

            server.crash();
            await().atMost(Duration.ofSeconds(60)).until(() -> !reachable(b));
            assertThat(QemuIo.run(url, "write -P 0x22 0 8M")).contains("wrote 8388608/8388608");
            assertThat(Site.error(a, "lu:create disk2 --pool pool1 --client acme --size 1M")
                            .path("code")
                            .asText())
                    .isEqualTo("SERAI-DB-0001");

            assertThat(holder.reserveOut(3, 0, 1, 0, 0)).as("cannot be written").isEqualTo(ScsiHost.BUSY);
            assertThat(other.write(0)).isEqualTo(ScsiHost.RESERVATION_CONFLICT);
            assertThat(holder.write(0)).isEqualTo(ScsiHost.GOOD);

            assertThat(fill(growing)).as("no new space is granted").isEqualTo(ScsiHost.BUSY);

            server.start();
            await().atMost(Duration.ofSeconds(60))
                    .ignoreExceptionsMatching(CommandFailed.class::isInstance)
                    .until(() -> {
                        a.exec("lu:create disk2 --pool pool1 --client acme --size 1M");
                        return true;
                    });
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> b.json("lu:list").toString().contains("disk2"));
            assertThat(QemuIo.run(url, "read -P 0x22 0 8M")).doesNotContain("failed");
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> holder.reserveOut(3, 0, 1, 0, 0), status -> status == ScsiHost.GOOD);
            assertThat(other.write(0)).isEqualTo(ScsiHost.GOOD);
            await().atMost(Duration.ofSeconds(60)).until(() -> fill(growing), status -> status == ScsiHost.GOOD);
            growing.close();
            other.close();
            holder.close();
            b.stop();
            a.stop();
        }
    }

    /** Writes into each extent of the thin disk that was not written to before; returns the first status that is not good. */
    private static int fill(ScsiHost host) throws IOException {
        for (int block = WRITTEN_BLOCKS; block < BLOCKS; block += EXTENT_BLOCKS) {
            int status = host.write(block, (byte) 0x33);
            if (status != ScsiHost.GOOD) {
                return status;
            }
        }
        return ScsiHost.GOOD;
    }

    private static boolean reachable(NodeProcess node) {
        return node.json("cluster:status").path("database").path("reachable").asBoolean();
    }
}
