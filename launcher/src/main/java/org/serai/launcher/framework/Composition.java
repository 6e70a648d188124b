package org.serai.launcher.framework;

import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.felix.cm.PersistenceManager;
import org.osgi.framework.BundleContext;
import org.serai.launcher.instance.ConfigStore;
import org.serai.launcher.instance.Instance;
import org.serai.launcher.logging.LiveLogLevels;
import org.serai.launcher.logging.LogServiceBridge;
import org.serai.launcher.settings.CheckedStore;
import org.serai.launcher.settings.LiveSettings;
import org.serai.platform.Features;
import org.serai.platform.LogLevels;
import org.serai.platform.Settings;

/**
 * What a node's framework is made of: the bundles of the instance's features, the packages and properties that they
 * find, and the services that are there before them. Whoever starts a framework, a node or a test, composes it here.
 */
public final class Composition {
    private static final int DEPLOY_POLL_MS = 100;
    private static final int DEPLOYED_START_LEVEL = 12;

    private final Instance instance;
    private final Distribution distribution;
    private final InstalledFeatures features;

    /** A bundle and the start level it runs in. */
    public record PlacedBundle(Path jar, int startLevel) {
        /** The location under which the framework knows it. */
        public String location() {
            return "reference:" + jar.toUri();
        }
    }

    /** The composition of an instance that has its files. */
    public Composition(Instance instance, Distribution distribution) {
        this.instance = instance;
        this.distribution = distribution;
        this.features = new InstalledFeatures(distribution, instance.features());
    }

    /** What the instance runs. */
    public InstalledFeatures features() {
        return features;
    }

    /** The bundles of the instance's features, in the order in which they are installed. */
    public List<PlacedBundle> bundles() {
        return features.bundles().stream()
                .map(bundle -> new PlacedBundle(features.find(bundle.coordinates()), bundle.startLevel()))
                .toList();
    }

    /** The packages of the launcher's class path that bundles see, as a manifest would export them. */
    public String systemPackages() {
        return ExportedPackages.of(distribution.lib());
    }

    /** The framework properties that bundles read. */
    public Map<String, String> properties(String node) {
        Map<String, String> properties = new LinkedHashMap<>();
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

    /** Registers what the first bundle finds already: the store of the configuration, settings, features, log levels. */
    public void offerServices(BundleContext context, ConfigStore store) {
        Dictionary<String, Object> name = new Hashtable<>();
        name.put(PersistenceManager.PROPERTY_NAME, ConfigStore.NAME);
        LiveSettings settings = new LiveSettings(context);
        context.registerService(PersistenceManager.class, new CheckedStore(store, settings), name);
        context.registerService(LogLevels.class, new LiveLogLevels(), null);
        context.registerService(Settings.class, settings, null);
        context.registerService(Features.class, new LiveFeatures(context, features), null);
        new LogServiceBridge(context).open();
    }
}
