package org.serai.cluster.core.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;

/** Compiles the watchdog of this source tree. */
public final class NativeProgram {
    private NativeProgram() {}

    /** Makes {@code serai-watchdog} in a folder. */
    public static void compile(Path folder) throws Exception {
        var root = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(root.resolve("launcher").resolve("native"))) {
            root = root.getParent();
        }
        var source = root.resolve("launcher").resolve("native").resolve("watchdog.c");
        var output = folder.resolve("cc.out");
        var compiler = new ProcessBuilder(
                        "cc",
                        "-std=gnu11",
                        "-O2",
                        "-Wall",
                        "-Wextra",
                        "-Werror",
                        "-o",
                        folder.resolve("serai-watchdog").toString(),
                        source.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(compiler.waitFor()).as(Files.readString(output)).isZero();
    }
}
