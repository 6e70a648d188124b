package org.serai.launcher.framework;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.felix.cm.PersistenceManager;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.BundleRevision;
import org.serai.launcher.framework.FeatureFile.LevelledBundle;
import org.serai.launcher.instance.ConfigStore;
import org.serai.launcher.instance.Instance;
import org.serai.launcher.logging.FrameworkLog;
import org.serai.launcher.logging.LiveLogLevels;
import org.serai.launcher.logging.LogServiceBridge;
import org.serai.launcher.settings.LiveSettings;
import org.serai.platform.Features;
import org.serai.platform.LogLevels;
import org.serai.platform.PlatformError;
import org.serai.platform.Settings;

/** One framework with the bundles of an instance's features. */
public final class NodeFramework {
    private static final int DEPLOY_POLL_MS = 100;
    private static final int START_LEVEL = 20;
    private static final int DEPLOYED_START_LEVEL = 12;

    private final Instance instance;
    private final Distribution distribution;
    private final InstalledFeatures features;
    private final Map<Long, String> errors = new ConcurrentHashMap<>();
    private Framework framework;

    /** A framework that is not started yet. */
    public NodeFramework(Instance instance, Distribution distribution) {
        this.instance = instance;
        this.distribution = distribution;
        this.features = new InstalledFeatures(distribution, instance.features());
    }

    /** What the instance runs. */
    public InstalledFeatures features() {
        return features;
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
            context.registerService(PersistenceManager.class, store, name(ConfigStore.NAME));
            context.registerService(LogLevels.class, new LiveLogLevels(), null);
            context.registerService(Settings.class, new LiveSettings(context), null);
            context.registerService(Features.class, new LiveFeatures(context, features), null);
            new LogServiceBridge(context).open();
            List<Bundle> bundles = install(context);
            framework.start();
            report(failures(bundles));
        } catch (BundleException e) {
            throw PlatformError.START_FAILED.error(
                    "The framework does not start", e.toString(), "See " + instance.logs(), e);
        }
    }

    private static Dictionary<String, Object> name(String value) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(PersistenceManager.PROPERTY_NAME, value);
        return properties;
    }

    private Map<String, Object> properties(String node) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put(
                "org.osgi.framework.storage",
                instance.cache().resolve("bundles").toString());
        properties.put("org.osgi.framework.storage.clean", "onFirstInit");
        properties.put("org.osgi.framework.startlevel.beginning", Integer.toString(START_LEVEL));
        properties.put("org.osgi.framework.system.packages.extra", ExportedPackages.of(distribution.lib()));
        properties.put("org.osgi.framework.bootdelegation", "sun.*");
        properties.put("felix.log.logger", new FrameworkLog());
        properties.put("felix.log.level", "2");
        properties.put("felix.cm.pm", ConfigStore.NAME);
        properties.put("org.osgi.service.log.admin.loglevel", "WARN");
        properties.put("felix.fileinstall.dir", instance.deploy().toString());
        properties.put("felix.fileinstall.poll", Integer.toString(DEPLOY_POLL_MS));
        properties.put("felix.fileinstall.noInitialDelay", "true");
        properties.put("felix.fileinstall.filter", ".*\\.jar");
        properties.put(
                "felix.fileinstall.tmpdir", instance.cache().resolve("deploy").toString());
        properties.put("felix.fileinstall.start.level", Integer.toString(DEPLOYED_START_LEVEL));
        properties.put("felix.fileinstall.enableConfigSave", "false");
        properties.put("felix.fileinstall.log.level", "2");
        properties.put("serai.instance.dir", instance.directory().toString());
        properties.put("serai.native.dir", distribution.nativePrograms().toString());
        properties.put("serai.log.file", instance.logs().resolve("serai.log").toString());
        properties.put("serai.node.name", node);
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
        for (LevelledBundle bundle : features.bundles()) {
            bundles.add(install(context, distribution.find(bundle.coordinates()), bundle.startLevel()));
        }
        return bundles;
    }

    static Bundle install(BundleContext context, Path jar, int startLevel) throws BundleException {
        Bundle installed = context.installBundle("reference:" + jar.toUri());
        installed.adapt(BundleStartLevel.class).setStartLevel(startLevel);
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
                    "The node does not start", String.join("; ", failures), "Mend the cause and start it again");
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
