package org.serai.contracts.hypervisor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The test guest, built once by {@code launcher/guest/build.sh} into {@code launcher/target/guest}. Where it cannot be
 * built, the test that asks for it fails.
 *
 * @param kernel an ELF kernel
 * @param initrd its initial RAM disk
 */
public record TestGuest(Path kernel, Path initrd) {
    private static final String SCRIPT = "launcher/guest/build.sh";

    /** Builds the guest, or takes it as it was built before from the same sources. */
    public static TestGuest build() {
        Path root = Stream.iterate(Path.of("").toAbsolutePath(), path -> path != null, Path::getParent)
                .filter(path -> Files.isExecutable(path.resolve(SCRIPT)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + SCRIPT + " in this folder or above it"));
        Path out = root.resolve("launcher/target/guest");
        try {
            Process process = new ProcessBuilder(root.resolve(SCRIPT).toString(), out.toString(), "--no-install")
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError("the test guest cannot be built: " + said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while the test guest was built", e);
        }
        return new TestGuest(out.resolve("vmlinux"), out.resolve("initrd.img"));
    }
}
