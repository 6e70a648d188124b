package org.serai.itests.node;

import static org.ops4j.pax.exam.CoreOptions.bootDelegationPackage;
import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.frameworkStartLevel;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.systemPackages;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.OptionUtils;
import org.serai.launcher.framework.Composition;
import org.serai.launcher.framework.Distribution;
import org.serai.launcher.instance.ConfigFile;
import org.serai.launcher.instance.Instance;
import org.serai.launcher.logging.NodeLog;

/** A node in a fresh instance directory, composed by the launcher's own rules, for Pax Exam to start. */
public final class TestNode {
    /** The framework property with the folder of the project. */
    static final String PROJECT = "serai.itests.project";

    private static final String NAME = "node1";
    private static final int SERVICES_START_LEVEL = 1;
    private static final int START_LEVEL = 20;
    private final Instance instance;
    private final Distribution distribution;

    private TestNode(Instance instance, Distribution distribution) {
        this.instance = instance;
        this.distribution = distribution;
    }

    /** A node with these lines in its file of features. */
    public static TestNode withFeatures(String... lines) {
        try {
            Path project = Path.of("").toAbsolutePath().getParent().getParent();
            NodeLog.open(NAME, Path.of("target/itests.log").toAbsolutePath(), false);
            TestNode node = new TestNode(new Instance(Workspace.newInstance()), new Distribution(project));
            node.makeFiles(List.of(lines));
            return node;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void makeFiles(List<String> features) throws IOException {
        instance.makeFolders();
        Files.write(instance.features(), features);
        Files.copy(distribution.configurationTemplate(), instance.configuration());
        ConfigFile configuration = ConfigFile.read(instance.configuration());
        configuration.set("org.serai.iscsi", "port", 0L); // any free one
    }

    /** What Pax Exam needs to start it. */
    public Option[] options() {
        Composition composition = new Composition(instance, distribution);
        List<Option> options = new ArrayList<>();
        options.add(junitBundles());
        options.add(frameworkStartLevel(START_LEVEL));
        options.add(systemPackages(composition.systemPackages()));
        options.add(systemPackages(
                TestNode.class.getPackageName(), exportsOf(Assertions.class), exportsOf(Awaitility.class)));
        options.add(bootDelegationPackage("sun.*"));
        composition
                .properties(NAME)
                .forEach((key, value) -> options.add(frameworkProperty(key).value(value)));
        options.add(frameworkProperty("serai.native.dir")
                .value(Workspace.nativePrograms(distribution.project()).toString()));
        options.add(frameworkProperty(PROJECT).value(distribution.project().toString()));
        options.add(bundle(servicesBundle()).startLevel(SERVICES_START_LEVEL));
        composition
                .bundles()
                .forEach(placed -> options.add(bundle(placed.location()).startLevel(placed.startLevel())));
        return OptionUtils.combine(new Option[0], options.toArray(Option[]::new));
    }

    /** The packages of the jar that a class of the test's class path is from. */
    private static String exportsOf(Class<?> type) {
        try (JarFile jar = new JarFile(
                type.getProtectionDomain().getCodeSource().getLocation().getPath())) {
            return jar.getManifest().getMainAttributes().getValue("Export-Package");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String servicesBundle() {
        return new MadeBundle("org.serai.itests.services")
                .header("Import-Package", "org.osgi.framework,org.serai.itests.node")
                .header("Bundle-Activator", LauncherServices.class.getName())
                .writeTo(instance.cache().resolve("services.jar"))
                .toUri()
                .toString();
    }
}
