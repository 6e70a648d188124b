package org.serai.launcher.framework;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.BundleRevision;
import org.serai.launcher.framework.Composition.PlacedBundle;
import org.serai.launcher.instance.ConfigStore;
import org.serai.launcher.instance.Instance;
import org.serai.launcher.logging.FrameworkLog;
import org.serai.platform.PlatformError;

/** One framework with the bundles of an instance's features. */
public final class NodeFramework {
    private static final int START_LEVEL = 20;

    private final Instance instance;
    private final Composition composition;
    private final Map<Long, String> errors = new ConcurrentHashMap<>();
    private Framework framework;

    /** A framework that is not started yet. */
    public NodeFramework(Instance instance, Distribution distribution) {
        this.instance = instance;
        this.composition = new Composition(instance, distribution);
    }

    /** What the instance runs. */
    public InstalledFeatures features() {
        return composition.features();
    }

    /**
     * Starts all bundles; on return they are active.
     *
     * @throws org.serai.ffdc.SeraiException {@link PlatformError#START_FAILED} with each bundle or component that
     *     failed, and why
     */
    public void start(String node, ConfigStore store) {
        framework = new org.apache.felix.framework.FrameworkFactory().newFramework(properties(node));
        try {
            framework.init(event -> noteError(event));
            BundleContext context = framework.getBundleContext();
            context.addFrameworkListener(this::noteError);
            composition.offerServices(context, store);
            List<Bundle> bundles = install(context);
            framework.start();
            report(failures(bundles));
        } catch (BundleException e) {
            throw PlatformError.START_FAILED.error(
                    "The framework does not start", e.toString(), "see " + instance.logs(), e);
        }
    }

    private Map<String, Object> properties(String node) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put(
                "org.osgi.framework.storage",
                instance.cache().resolve("bundles").toString());
        properties.put("org.osgi.framework.storage.clean", "onFirstInit");
        properties.put("org.osgi.framework.startlevel.beginning", Integer.toString(START_LEVEL));
        properties.put("org.osgi.framework.system.packages.extra", composition.systemPackages());
        properties.put("org.osgi.framework.bootdelegation", "sun.*");
        properties.put("felix.log.logger", new FrameworkLog());
        properties.put("felix.log.level", "2");
        properties.putAll(composition.properties(node));
        return properties;
    }

    private void noteError(FrameworkEvent event) {
        if (event.getType() == FrameworkEvent.ERROR && event.getThrowable() != null) {
            errors.put(event.getBundle().getBundleId(), rootCause(event.getThrowable()));
        }
    }

    private static String rootCause(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null
                ? cause.toString()
                : cause.getMessage().replaceFirst(" Unresolved requirements: .*", ""); // says the same again
    }

    private List<Bundle> install(BundleContext context) throws BundleException {
        List<Bundle> bundles = new ArrayList<>();
        for (PlacedBundle bundle : composition.bundles()) {
            bundles.add(install(context, bundle));
        }
        return bundles;
    }

    private static Bundle install(BundleContext context, PlacedBundle bundle) throws BundleException {
        Bundle installed = context.installBundle(bundle.location());
        installed.adapt(BundleStartLevel.class).setStartLevel(bundle.startLevel());
        if (!isFragment(installed)) {
            installed.start();
        }
        return installed;
    }

    static boolean isFragment(Bundle bundle) {
        return (bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
    }

    private List<String> failures(List<Bundle> bundles) {
        List<String> failures = new ArrayList<>();
        for (Bundle bundle : bundles) {
            if (bundle.getState() != Bundle.ACTIVE && bundle.getState() != Bundle.STARTING && !isFragment(bundle)) {
                failures.add(bundle.getSymbolicName() + ": "
                        + errors.getOrDefault(bundle.getBundleId(), "it is not active, and did not say why"));
            }
        }
        new ComponentStates(framework.getBundleContext())
                .failures()
                .forEach((component, reason) -> failures.add(component + ": " + reason));
        return failures;
    }

    private static void report(List<String> failures) {
        if (!failures.isEmpty()) {
            throw PlatformError.START_FAILED.error(
                    "The node does not start", String.join("; ", failures), "mend the cause and start it again");
        }
    }

    /** Waits for a node's place in its cluster; returns what is still missing, as a sentence, or an empty text. */
    public String awaitPlace() throws InterruptedException {
        return new Readiness(framework.getBundleContext())
                .await(instance.directory().resolve("identity"));
    }

    /** Stops all bundles; returns whether they stopped in that time. */
    public boolean stop(long timeoutMs) throws BundleException, InterruptedException {
        if (framework == null) {
            return true;
        }
        framework.stop();
        return framework.waitForStop(timeoutMs).getType() != FrameworkEvent.WAIT_TIMEDOUT;
    }
}
