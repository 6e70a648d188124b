package org.serai.launcher.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.ffdc.SeraiException;
import org.serai.platform.PlatformError;

class InstanceLockTest {
    @TempDir
    private Path folder;

    private Instance instance;

    /** Holds a lock until its standard input ends. */
    static final class Holder {
        public static void main(String[] arguments) throws IOException {
            InstanceLock.take(Instance.at(arguments[0]));
            System.out.println("held");
            System.in.read();
        }
    }

    @BeforeEach
    void makeInstance() {
        instance = Instance.at(folder.resolve("a").toString());
        instance.makeFolders();
    }

    private Process holder() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        instance.directory().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    @Test
    void anotherProcessIsNamedByItsPidAndItsDeathGivesTheLockBack() throws Exception {
        Process holder = holder();
        try (BufferedReader out = holder.inputReader()) {
            assertThat(out.readLine()).isEqualTo("held");

            assertThatThrownBy(() -> InstanceLock.take(instance))
                    .isInstanceOfSatisfying(
                            SeraiException.class, e -> assertThat(e.code()).isEqualTo(PlatformError.INSTANCE_IN_USE))
                    .hasMessageContaining(Long.toString(holder.pid()));
        } finally {
            holder.destroyForcibly().waitFor();
        }

        InstanceLock.take(instance).close();
    }

    @Test
    void aSecondTakeInTheSameProcessIsRefused() throws IOException {
        try (InstanceLock held = InstanceLock.take(instance)) {
            assertThat(held).isNotNull();
            assertThatThrownBy(() -> InstanceLock.take(instance))
                    .hasMessageContaining(Long.toString(ProcessHandle.current().pid()));
        }
    }

    @Test
    void whatHoldsKeysAndSecretsIsForItsOwnerAlone() throws IOException {
        Files.setPosixFilePermissions(
                instance.directory().resolve("config"), PosixFilePermissions.fromString("rwxr-xr-x"));
        instance.makeFolders();
        for (String folder : new String[] {"identity", "run", "config", "cache"}) {
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(instance.directory().resolve(folder))))
                    .as(folder)
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void theNodesNameComesFromTheDirectory() {
        assertThat(Instance.at("/srv/CEC a_1").defaultNodeName()).isEqualTo("cec-a-1");
        assertThat(Instance.at("/").defaultNodeName()).isEqualTo("node");
    }
}
