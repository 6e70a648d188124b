package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.serai.launcher.nodes.CommandFailed;
import org.serai.launcher.nodes.NodeProcess;

/** What a user gets wrong: a clear error with code, cause and what to do; nothing half-made is left. */
class BadInputTest {
    @RegisterExtension
    static final Site SITE = new Site();

    private static NodeProcess node;

    @BeforeAll
    static void aClusterOfOne() {
        node = SITE.started("bad-input");
        node.exec("cluster:create site");
        node.exec("pool:create pool1 --pv " + SITE.folder().resolve("pv1") + ":64M");
        node.exec("client:create acme");
        node.exec("client:create other");
        node.exec("lu:create disk1 --pool pool1 --client acme --size 16M");
    }

    @ParameterizedTest
    @CsvSource({
        "lu:create x --pool nosuch --client acme --size 1M, SERAI-POOL-0001",
        "lu:create x --pool pool1 --client nosuch --size 1M, SERAI-CLUSTER-0013",
        "lu:create disk1 --pool pool1 --client acme --size 1M, SERAI-LU-0002",
        "lu:create x --pool pool1 --client acme --size 1000G --thick, SERAI-POOL-0005",
        "lu:info nosuch, SERAI-LU-0001",
        "lu:delete nosuch, SERAI-LU-0001",
        "lu:export nosuch --initiator any, SERAI-LU-0001",
        "lu:export disk1 --initiator not-an-iqn, SERAI-SCSI-0004",
        "pool:info nosuch, SERAI-POOL-0001",
        "client:create acme, SERAI-CLUSTER-0014",
        "client:delete acme, SERAI-CLUSTER-0014",
        "lpar:info nosuch, SERAI-LPAR-0001",
        "lpar:start nosuch, SERAI-LPAR-0001",
        "lpar:hibernate nosuch, SERAI-LPAR-0001",
        "lpar:remote-restart nosuch, SERAI-LPAR-0001",
        "cluster:create again, SERAI-CLUSTER-0002",
        "cluster:join rubbish, SERAI-CLUSTER-0003",
    })
    void isToldByCode(String command, String code) {
        JsonNode error = Site.error(node, command);
        assertThat(error.path("code").asText()).isEqualTo(code);
        assertThat(error.path("message").asText()).isNotBlank();
        assertThat(error.path("cause").asText()).isNotBlank();
        assertThat(error.path("action").asText()).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource({
        "lu:create x --pool pool1 --client acme --size lots",
        "lu:create x --pool pool1 --client acme --size -1G",
        "lu:create x --pool pool1 --client acme",
        "lu:create --size",
        "lu:frobnicate",
        "nosuch:command",
    })
    void wrongUsageEndsWithTwo(String command) {
        assertThatThrownBy(() -> node.exec(command))
                .isInstanceOfSatisfying(
                        CommandFailed.class,
                        failed -> assertThat(failed.exitCode()).isEqualTo(2));
    }

    @Test
    void aPvThatIsTooSmallLeavesNoFile() {
        Path pv = SITE.folder().resolve("small");
        assertThat(Site.error(node, "pool:create pool2 --pv " + pv + ":64K")
                        .path("code")
                        .asText())
                .isEqualTo("SERAI-POOL-0003");
        assertThat(pv).doesNotExist();
        assertThat(Site.error(node, "pool:info pool2").path("code").asText()).isEqualTo("SERAI-POOL-0001");
    }

    @Test
    void aPvOfAnotherPoolIsLeftAlone() throws IOException {
        Path pv = SITE.folder().resolve("pv1");
        assertThat(Site.error(node, "pool:create pool2 --pv " + pv).path("code").asText())
                .isEqualTo("SERAI-POOL-0004");
        assertThat(node.json("pool:check pool1").path("ok").asBoolean()).isTrue();
    }

    @Test
    void aFileWithSomebodysDataIsLeftAlone() throws IOException {
        Path precious = Files.write(SITE.folder().resolve("precious"), new byte[64 << 20]);
        Files.writeString(precious, "my thesis", java.nio.file.StandardOpenOption.WRITE);
        assertThat(Site.error(node, "pool:create pool2 --pv " + precious)
                        .path("code")
                        .asText())
                .isEqualTo("SERAI-POOL-0003");
        assertThat(Files.readString(precious)).startsWith("my thesis");
    }

    @Test
    void aMissingKernelIsNamed() {
        JsonNode error = Site.error(
                node,
                "lpar:create x --client acme --memory 128M --cpus 1 --kernel /nosuch --initrd /nosuch --lu disk1");
        assertThat(error.path("message").asText() + error.path("cause").asText())
                .contains("/nosuch");
    }

    @Test
    void anotherClientsLuIsRefused() {
        node.exec("lu:create others --pool pool1 --client other --size 1M");
        JsonNode error = Site.error(
                node, "lpar:create x --client acme --memory 128M --cpus 1" + Site.guestOptions() + " --lu others");
        assertThat(error.path("code").asText()).isEqualTo("SERAI-LPAR-0006");
        assertThat(Site.error(node, "lpar:info x").path("code").asText()).isEqualTo("SERAI-LPAR-0001");
    }

    @Test
    void aMissingQemuIsNamedWithThePackageToInstall() {
        NodeProcess without = SITE.node("no-qemu");
        without.start("node.name=no-qemu", "qemu.binary=/nosuch/qemu");
        without.exec("cluster:create other-site");
        without.exec("pool:create pool1 --pv " + SITE.folder().resolve("pv-no-qemu") + ":64M");
        without.exec("client:create acme");
        without.exec("lu:create disk1 --pool pool1 --client acme --size 16M");
        without.exec("lpar:create x --client acme --hypervisor qemu --memory 128M --cpus 1" + Site.guestOptions()
                + " --lu disk1");
        JsonNode error = Site.error(without, "lpar:start x");
        assertThat(error.path("code").asText()).isEqualTo("SERAI-LPAR-0010");
        assertThat(error.toString()).contains("/nosuch/qemu");
        assertThat(without.json("lpar:info x").path("state").asText()).isEqualTo("stopped");
    }

    @Test
    void aSecondStartIsRefusedWithThePidOfTheFirst() {
        assertThatThrownBy(() -> node.start())
                .hasMessageContaining(node.status().path("pid").asText());
    }

    @Test
    void aPortInUseIsNamed() {
        String portal = node.json("node:list").path(0).path("portal").asText();
        String port = portal.substring(portal.lastIndexOf(':') + 1);
        NodeProcess second = SITE.node("port-in-use");
        assertThatThrownBy(() -> second.start("node.name=port-in-use", "iscsi.port=" + port))
                .hasMessageContaining("SERAI-SCSI-0001")
                .hasMessageContaining(port);
    }

    @ParameterizedTest
    @CsvSource({"iscsi.port=seventy", "iscsi.port=70000", "nosuch.key=1", "iscsi.nosuch=1"})
    void aBadSettingIsRefused(String setting) {
        NodeProcess second = SITE.node("bad-setting");
        assertThatThrownBy(() -> second.start(setting))
                .hasMessageContaining(setting.substring(0, setting.indexOf('=')));
    }
}
