package org.serai.cluster.core.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.cluster.HostId;
import org.serai.cluster.HostId.Source;

class HostReaderTest {
    @TempDir
    Path directory;

    private HostReader reader() {
        return new HostReader(directory, directory.resolve("machine-id"));
    }

    private void table(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text + "\n");
    }

    @Test
    void whatIsConfiguredRules() throws IOException {
        table("product_serial", "4711");
        assertThat(reader().read("1234567", "8286", "42A"))
                .get()
                .isEqualTo(new HostId("1234567", "8286", "42A", Source.CONFIGURED))
                .extracting(HostId::locationCode)
                .isEqualTo("U8286.42A.1234567");
    }

    @Test
    void theMachinesTablesComeNext() throws IOException {
        table("product_serial", "4711");
        table("product_name", "Proud Server 9");
        table("product_version", "To Be Filled By O.E.M.");
        assertThat(reader().read("", "", "")).contains(new HostId("4711", "Proud-Server-9", "0", Source.DMI));
    }

    @Test
    void aMachineWithoutANumberIsNamedByItsSystemAndMarked() throws IOException {
        table("product_serial", "None");
        table("machine-id", "3d1219c7c4c5404aaa1f6d2a48adfda4");
        assertThat(reader().read("", "", "")).contains(new HostId("3D1219C7C4C5", "HOST", "OS", Source.DERIVED));
    }

    @Test
    void withoutAnyIdTheNodePlaysAHostOfItsOwn() throws IOException {
        assertThat(reader().read("", "", "")).isEmpty();
        table("machine-id", "uninitialized");
        assertThat(reader().read("", "", "")).isEmpty();
        assertThat(HostReader.ofNode(UUID.fromString("5b075069-bbae-47ac-b063-f8daf344878c")))
                .isEqualTo(new HostId("5B075069BBAE", "HOST", "NODE", Source.DERIVED));
    }

    @Test
    void whatCannotStandInALocationCodeIsRefusedByItsKey() {
        assertThatThrownBy(() -> reader().read("12.34", "", "")).hasMessageContainingAll("cec.serial", "12.34");
    }
}
