package org.serai.shell.commands.platform;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.service.component.ComponentConstants;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.serai.platform.PlatformError;

/** The jars that lie in the deploy folder, beside the bundles that the framework made of them. */
final class DeployFolder {
    /** How long after its last change a jar may be on its way into the framework. */
    static final Duration SETTLING = Duration.ofSeconds(2);

    private static final long LOOK_AGAIN_MS = 20;

    private final BundleContext context;
    private final ServiceComponentRuntime runtime;
    private final Optional<Path> folder;
    private final InstantSource clock;
    private final Duration settling;

    /** @param settling how long a command waits for a jar that was dropped just now */
    DeployFolder(BundleContext context, ServiceComponentRuntime runtime, InstantSource clock, Duration settling) {
        this.context = context;
        this.runtime = runtime;
        this.folder = Optional.ofNullable(context.getProperty("serai.instance.dir"))
                .map(instance -> Path.of(instance, "deploy"));
        this.clock = clock;
        this.settling = settling;
    }

    /** Waits until what was dropped or removed just now is in force, so that nobody is told of a state that passes. */
    synchronized void settle() {
        long end = clock.millis() + settling.toMillis();
        try {
            while (clock.millis() < end && isChanging()) {
                // The framework tells nobody that it has looked at a file and wants none of it.
                wait(LOOK_AGAIN_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while the deploy folder was awaited");
        }
    }

    private boolean isChanging() {
        List<Path> jars = jars();
        return jars.stream()
                        .anyMatch(jar ->
                                isYoung(jar) && bundle(jar).filter(this::isUp).isEmpty())
                || Arrays.stream(context.getBundles()).anyMatch(bundle -> isRemoved(bundle, jars));
    }

    private boolean isYoung(Path jar) {
        try {
            FileTime changed = (FileTime) Files.getAttribute(jar, "unix:ctime");
            return changed.toMillis() > clock.millis() - settling.toMillis();
        } catch (IOException gone) {
            return false;
        }
    }

    private boolean isUp(Bundle bundle) {
        return bundle.getState() == Bundle.ACTIVE && hasItsComponents(bundle)
                || bundle.getState() == Bundle.RESOLVED && BundleReasons.isFragment(bundle);
    }

    /** The component runtime reads a bundle, and makes what is to be made at once, when the bundle is active already. */
    private boolean hasItsComponents(Bundle bundle) {
        Collection<ComponentDescriptionDTO> described = runtime.getComponentDescriptionDTOs(bundle);
        boolean declares = bundle.getHeaders().get(ComponentConstants.SERVICE_COMPONENT) != null;
        return declares != described.isEmpty()
                && described.stream()
                        .filter(component -> component.immediate)
                        .flatMap(component -> runtime.getComponentConfigurationDTOs(component).stream())
                        .noneMatch(made -> made.state == ComponentConfigurationDTO.SATISFIED);
    }

    private boolean isRemoved(Bundle bundle, List<Path> jars) {
        return file(bundle)
                .filter(file -> file.getParent() != null && folder.equals(Optional.of(file.getParent())))
                .filter(file -> !jars.contains(file))
                .isPresent();
    }

    private Optional<Bundle> bundle(Path jar) {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> file(bundle).equals(Optional.of(jar)))
                .findFirst();
    }

    /** The file that a bundle was made of; a location may write the same file as file:/ and as file:///. */
    private static Optional<Path> file(Bundle bundle) {
        return bundle.getLocation().startsWith("file:/")
                ? Optional.of(Path.of(URI.create(bundle.getLocation())))
                : Optional.empty();
    }

    /** Files of which the framework could make no bundle, with the reason. */
    Map<String, String> broken() {
        Map<String, String> broken = new LinkedHashMap<>();
        jars().stream()
                .filter(jar -> bundle(jar).isEmpty())
                .forEach(jar -> broken.put(jar.getFileName().toString(), fault(jar)));
        return broken;
    }

    private List<Path> jars() {
        if (folder.isEmpty()) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder.get())) {
            return files.filter(file -> file.toString().endsWith(".jar")).toList();
        } catch (NoSuchFileException absent) {
            return List.of();
        } catch (IOException e) {
            throw PlatformError.BAD_INSTANCE.error(
                    "The deploy folder cannot be read", e.toString(), "check its permissions", e);
        }
    }

    private String fault(Path file) {
        try (JarFile jar = new JarFile(file.toFile())) {
            Manifest manifest = jar.getManifest();
            if (manifest == null || manifest.getMainAttributes().getValue(Constants.BUNDLE_SYMBOLICNAME) == null) {
                return "its manifest names no " + Constants.BUNDLE_SYMBOLICNAME + ", so it is no bundle";
            }
            return isYoung(file) ? "the framework has not taken it yet" : "the framework refused it; the log says why";
        } catch (IOException e) {
            return "it is no readable jar: " + e.getMessage();
        }
    }
}
