package org.serai.shell.commands.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.shell.commands.Fakes;
import org.serai.storage.PoolSpec.PvSpec;

class PvArgumentTest {
    private static PvSpec parse(String text) {
        return PvArgument.parse(Fakes.invocation(), text);
    }

    @Test
    void aPathMayHaveASize() {
        assertThat(parse("/srv/pv1")).isEqualTo(new PvSpec("/srv/pv1", OptionalLong.empty()));
        assertThat(parse("/srv/pv1:2G")).isEqualTo(new PvSpec("/srv/pv1", OptionalLong.of(2L << 30)));
    }

    @Test
    void aPathMayHoldColons(@TempDir Path folder) throws Exception {
        Path device = Files.writeString(folder.resolve("pci-0000:00"), "");
        assertThat(parse(device.toString())).isEqualTo(new PvSpec(device.toString(), OptionalLong.empty()));
        assertThat(parse("/dev/a:b/c")).isEqualTo(new PvSpec("/dev/a:b/c", OptionalLong.empty()));
    }

    @Test
    void aRelativePathIsTheCallers() {
        assertThat(parse("pv1:1M").path())
                .isEqualTo(Path.of("pv1").toAbsolutePath().toString());
    }

    @Test
    void whatIsNoSizeIsNamed() {
        assertThatThrownBy(() -> parse("/srv/pv1:big"))
                .hasMessageContaining("SERAI-SHELL-0002")
                .hasMessageContaining("'big' is no size")
                .hasMessageContaining("/srv/pv1:10G");
        assertThatThrownBy(() -> parse(":1G")).hasMessageContaining("no path before the colon");
    }
}
