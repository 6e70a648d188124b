package org.serai.launcher.framework;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.FrameworkWiring;
import org.serai.launcher.framework.FeatureFile.LevelledBundle;
import org.serai.platform.Features;
import org.serai.platform.PlatformError;

/** Installs and removes features while the node runs. */
final class LiveFeatures implements Features {
    private static final long REFRESH_TIMEOUT_S = 60;

    private final BundleContext context;
    private final InstalledFeatures installed;

    LiveFeatures(BundleContext context, InstalledFeatures installed) {
        this.context = context;
        this.installed = installed;
    }

    @Override
    public List<Feature> all() {
        return installed.all();
    }

    @Override
    public Feature feature(String name) {
        return all().stream()
                .filter(feature -> feature.name().equals(name))
                .findFirst()
                .orElseThrow(() -> PlatformError.NO_SUCH_FEATURE.error(
                        "There is no feature '" + name + "'",
                        "the distribution has no such file",
                        "feature:list shows the names"));
    }

    @Override
    public Steps planInstall(String name) {
        return new Steps(
                added(installed.with(name)).stream()
                        .map(bundle -> bundle.coordinates().artifact())
                        .toList(),
                List.of(),
                List.of());
    }

    @Override
    public synchronized Steps install(String name) {
        FeatureChoice choice = installed.with(name);
        List<Bundle> begun = new ArrayList<>();
        try {
            for (LevelledBundle bundle : added(choice)) {
                Path jar = installed.find(bundle.coordinates());
                begun.add(context.installBundle("reference:" + jar.toUri()));
                begun.getLast()
                        .adapt(org.osgi.framework.startlevel.BundleStartLevel.class)
                        .setStartLevel(bundle.startLevel());
            }
            for (Bundle bundle : begun) {
                if (!NodeFramework.isFragment(bundle)) {
                    bundle.start();
                }
            }
        } catch (BundleException e) {
            List<String> left = begun.stream().flatMap(this::remove).toList();
            throw PlatformError.START_FAILED.error(
                    "The feature " + name + " cannot be installed",
                    e.getMessage() + (left.isEmpty() ? "" : "; not removed: " + left),
                    "nothing of it stays installed; mend the cause",
                    e);
        }
        installed.keep(choice);
        return new Steps(names(begun), List.of(), List.of());
    }

    private java.util.stream.Stream<String> remove(Bundle bundle) {
        try {
            bundle.uninstall();
            return java.util.stream.Stream.empty();
        } catch (BundleException e) {
            return java.util.stream.Stream.of(bundle.getSymbolicName() + " (" + e.getMessage() + ")");
        }
    }

    @Override
    public Steps planUninstall(String name) {
        List<Bundle> gone = removed(installed.without(name));
        return new Steps(List.of(), names(gone), names(refreshed(gone)));
    }

    @Override
    public synchronized Steps uninstall(String name) {
        FeatureChoice choice = installed.without(name);
        List<Bundle> gone = removed(choice);
        Steps steps = new Steps(List.of(), names(gone), names(refreshed(gone)));
        installed.keep(choice);
        try {
            for (Bundle bundle : gone.reversed()) {
                bundle.uninstall();
            }
        } catch (BundleException e) {
            throw PlatformError.START_FAILED.error(
                    "The feature " + name + " cannot be stopped whole",
                    e.getMessage(),
                    "it is gone after the next start of the node",
                    e);
        }
        refresh(gone);
        return steps;
    }

    private void refresh(Collection<Bundle> gone) {
        CountDownLatch done = new CountDownLatch(1);
        wiring().refreshBundles(gone, event -> done.countDown());
        try {
            if (!done.await(REFRESH_TIMEOUT_S, TimeUnit.SECONDS)) {
                throw PlatformError.START_FAILED.error(
                        "The bundles that used the feature are not wired anew",
                        "it takes longer than " + REFRESH_TIMEOUT_S + " s",
                        "see bundle:list");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<LevelledBundle> added(FeatureChoice choice) {
        Set<String> there =
                Arrays.stream(context.getBundles()).map(Bundle::getLocation).collect(Collectors.toSet());
        return installed.bundles(choice).stream()
                .filter(bundle -> !there.contains(
                        "reference:" + installed.find(bundle.coordinates()).toUri()))
                .toList();
    }

    private List<Bundle> removed(FeatureChoice choice) {
        Map<String, Bundle> there =
                Arrays.stream(context.getBundles()).collect(Collectors.toMap(Bundle::getLocation, Function.identity()));
        List<LevelledBundle> stay = installed.bundles(choice);
        return installed.bundles().stream()
                .filter(bundle -> !stay.contains(bundle))
                .map(bundle -> there.get(
                        "reference:" + installed.find(bundle.coordinates()).toUri()))
                .filter(java.util.Objects::nonNull)
                .toList();
    }

    private List<Bundle> refreshed(List<Bundle> gone) {
        Set<Bundle> others = new HashSet<>(wiring().getDependencyClosure(gone));
        gone.forEach(others::remove);
        return List.copyOf(others);
    }

    private FrameworkWiring wiring() {
        return context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
    }

    private static List<String> names(Collection<Bundle> bundles) {
        return bundles.stream().map(Bundle::getSymbolicName).toList();
    }
}
