package org.serai.shell.commands.platform;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.launch.Framework;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/** A real framework with Declarative Services, and bundles made of a few lines. */
final class SmallFramework {
    private final Path folder;
    private final Framework framework;

    SmallFramework(Path folder) throws BundleException, URISyntaxException {
        this.folder = folder;
        framework = new FrameworkFactory()
                .newFramework(Map.of(
                        "org.osgi.framework.storage",
                        folder.resolve("cache").toString(),
                        "felix.log.level",
                        "0",
                        "serai.instance.dir",
                        folder.resolve("instance").toString(),
                        "org.osgi.framework.system.packages.extra",
                        "org.osgi.service.component;version=1.5,org.osgi.service.component.runtime;version=1.5,"
                                + "org.osgi.service.component.runtime.dto;version=1.5,org.osgi.util.promise;version=1.3,"
                                + "org.osgi.util.function;version=1.2"));
        framework.start();
        Path runtime = Path.of(org.apache.felix.scr.info.ScrInfo.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        context().installBundle("reference:" + runtime.toUri()).start();
    }

    BundleContext context() {
        return framework.getBundleContext();
    }

    ServiceComponentRuntime runtime() {
        return context().getService(context().getServiceReference(ServiceComponentRuntime.class));
    }

    /** Installs a bundle; header names and values take turns. */
    Bundle install(String name, String component, String... headers) throws IOException, BundleException {
        Path jar = folder.resolve(name + ".jar");
        write(jar, name, component, headers);
        return context().installBundle(jar.toUri().toString());
    }

    /** Installs a bundle from a folder, as the deploy folder is. */
    Bundle deploy(Path deploy, String name, String component) throws IOException, BundleException {
        Path jar = deploy.resolve(name + ".jar");
        write(jar, name, component);
        return context().installBundle(jar.toFile().toURI().toString()); // as File Install does
    }

    static void write(Path jar, String name, String component, String... headers) throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Bundle-ManifestVersion", "2");
        attributes.putValue("Bundle-SymbolicName", name);
        attributes.putValue("Bundle-Version", "1.0.0");
        for (int i = 0; i < headers.length; i += 2) {
            attributes.putValue(headers[i], headers[i + 1]);
        }
        if (!component.isEmpty()) {
            attributes.putValue("Service-Component", "OSGI-INF/c.xml");
            attributes.putValue("Require-Capability", "osgi.extender;filter:=\"(osgi.extender=osgi.component)\"");
        }
        write(jar, manifest, component);
    }

    private static void write(Path jar, Manifest manifest, String component) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest)) {
            if (!component.isEmpty()) {
                out.putNextEntry(new JarEntry("OSGI-INF/c.xml"));
                out.write(component.getBytes(UTF_8));
                String type = FailingDriver.class.getName().replace('.', '/') + ".class";
                out.putNextEntry(new JarEntry(type));
                out.write(FailingDriver.class
                        .getClassLoader()
                        .getResourceAsStream(type)
                        .readAllBytes());
            }
        }
    }

    void close() throws BundleException, InterruptedException {
        framework.stop();
        framework.waitForStop(0);
    }
}
