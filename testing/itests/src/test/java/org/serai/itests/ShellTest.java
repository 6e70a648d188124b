package org.serai.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermission;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.serai.itests.node.InNode;
import org.serai.itests.node.NodeRunner;
import org.serai.itests.node.Shell.Answer;
import org.serai.itests.node.TestNode;

/** Commands as scripts give them: the compiled client at the console's socket. */
@RunWith(NodeRunner.class)
@ExamReactorStrategy(PerClass.class)
public class ShellTest extends InNode {
    private static final int DONE = 0;
    private static final int REFUSED = 1;
    private static final int WRONG_USAGE = 2;

    @Configuration
    public Option[] node() {
        return TestNode.withFeatures("node").options();
    }

    @Test
    public void fromNothingToAnExportedDiskByCommands() {
        Answer alone = exec(REFUSED, "pool:list");
        assertThat(alone.err()).contains("SERAI-", "cluster:create");
        assertThat(alone.out()).isEmpty();
        assertThat(exec(REFUSED, "pool:list --json").json().at("/error/action").asText())
                .contains("cluster:create");

        exec(DONE, "cluster:create home");
        exec(DONE, "client:create acme");
        String pv = instance().resolve("disk.pv").toString();
        assertThat(exec(DONE, "pool:create pool1 --pv " + pv + ":64M --dry-run").out())
                .contains(pv);
        assertThat(instance().resolve("disk.pv")).doesNotExist();
        JsonNode pool =
                exec(DONE, "pool:create pool1 --pv " + pv + ":64M --json").json();
        assertThat(pool.get("attached").asBoolean()).isTrue();
        exec(DONE, "lu:create disk1 --pool pool1 --client acme --size 16M");
        exec(DONE, "lu:export disk1 --initiator any");

        JsonNode disks = exec(DONE, "lu:list --json").json();
        assertThat(disks).hasSize(1);
        assertThat(disks.get(0).get("name").asText()).isEqualTo("disk1");
        assertThat(disks.get(0).get("size_bytes").asLong()).isEqualTo(16 << 20);

        Answer held = exec(REFUSED, "lu:delete disk1");
        assertThat(held.err()).contains("SERAI-LU-").contains("cause:").contains("do:");
        assertThat(exec(REFUSED, "pool:create pool1 --pv " + pv + "2:64M --json")
                        .json()
                        .at("/error/code")
                        .asText())
                .isEqualTo("SERAI-POOL-0002");
        exec(DONE, "lu:unexport disk1");
        exec(DONE, "lu:delete disk1");
        exec(DONE, "pool:delete pool1");
    }

    @Test
    public void wrongUsageIsSaidWithoutAStackTrace() {
        assertThat(exec(WRONG_USAGE, "pool:create").err()).contains("--pv").doesNotContain("\tat ");
        assertThat(exec(WRONG_USAGE, "pol:list").err()).contains("pool:list").doesNotContain("\tat ");
        assertThat(exec(WRONG_USAGE, "lu:list --no-such-option").err()).contains("--no-such-option");
    }

    @Test
    public void everyCommandIsExplainedWithExamples() {
        assertThat(exec(DONE, "help").out()).contains("pool:create").contains("lpar:");
        assertThat(exec(DONE, "help lu:create").out()).contains("--size").contains("lu:create disk");
    }

    @Test
    public void theNodeShowsWhatItIsMadeOf() {
        JsonNode drivers = exec(DONE, "driver:list --json").json();
        assertThat(drivers.findValuesAsText("name"))
                .contains("storage.extent", "hypervisor.qemu", "scsi.iscsi", "transport.jgroups");
        assertThat(drivers.findValuesAsText("state")).containsOnly("active");
        assertThat(exec(DONE, "feature:list --json").json().findValuesAsText("name"))
                .contains("node", "core", "storage-extent");
        assertThat(exec(DONE, "config:list iscsi --json").json().findValuesAsText("key"))
                .contains("iscsi.port", "iscsi.host");
    }

    @Test
    public void aFeatureIsTakenOutAndPutInWithoutTouchingOthers() {
        assertThat(exec(DONE, "feature:uninstall hypervisor-simulated --dry-run --json")
                        .out())
                .contains("org.serai.hypervisor.simulated");
        assertThat(bundle("org.serai.hypervisor.simulated")).isPresent();

        exec(DONE, "feature:uninstall hypervisor-simulated");
        assertThat(bundle("org.serai.hypervisor.simulated")).isEmpty();
        assertThat(exec(DONE, "driver:list --json").json().findValuesAsText("name"))
                .doesNotContain("hypervisor.simulated")
                .contains("hypervisor.qemu");

        exec(DONE, "feature:install hypervisor-simulated");
        assertThat(bundle("org.serai.hypervisor.simulated")).isPresent();
        assertThat(exec(DONE, "driver:list --json").json().findValuesAsText("name"))
                .contains("hypervisor.simulated");
    }

    @Test
    public void nobodyElseReachesTheSocket() throws Exception {
        assertThat(Files.getPosixFilePermissions(instance().resolve("run/shell.sock")))
                .isSubsetOf(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    }

    private Answer exec(int exitCode, String command) {
        Answer answer = shell().exec(command);
        assertThat(answer.exitCode()).as(command + ": " + answer).isEqualTo(exitCode);
        return answer;
    }
}
