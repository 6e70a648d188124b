package org.serai.launcher.settings;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.Dictionary;
import java.util.Enumeration;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.serai.ffdc.SeraiException;
import org.serai.launcher.framework.ComponentStates;
import org.serai.platform.PlatformError;
import org.serai.platform.Settings;
import org.serai.platform.SettingsGuard;

/** The settings of the running node, by way of the Configuration Admin service. */
public final class LiveSettings implements Settings {
    private static final long TAKEN_TIMEOUT_NS = 5_000_000_000L;
    private static final long TAKEN_POLL_NS = 5_000_000;

    private final BundleContext context;

    /** Settings of the framework that the context belongs to. */
    public LiveSettings(BundleContext context) {
        this.context = context;
    }

    private Schema schema() {
        Schema schema = new Schema();
        for (Bundle bundle : context.getBundles()) {
            Enumeration<URL> documents = bundle.getState() == Bundle.UNINSTALLED
                    ? null
                    : bundle.findEntries("OSGI-INF/metatype", "*.xml", false);
            if (documents == null) {
                continue;
            }
            for (URL document : Collections.list(documents)) {
                try (InputStream in = document.openStream()) {
                    schema.add(in);
                } catch (IOException e) {
                    throw PlatformError.BAD_CONFIGURATION.error(
                            "The metatype of " + bundle.getSymbolicName() + " cannot be read",
                            e.toString(),
                            "deploy the bundle again",
                            e);
                }
            }
        }
        return schema;
    }

    @Override
    public List<Setting> all() {
        Schema schema = schema();
        return schema.all().stream().map(this::setting).toList();
    }

    @Override
    public Setting get(String key) {
        return setting(schema().definition(key));
    }

    private Setting setting(Definition definition) {
        Object value = properties(definition.pid()).get(definition.attribute().getID());
        return new Setting(
                definition.key(),
                Optional.ofNullable(value).map(v -> definition.secret() ? "***" : Schema.text(v)),
                definition.byDefault(),
                definition.allowed(),
                definition.description());
    }

    @Override
    public void check(String key, String value) {
        Definition definition = schema().definition(key);
        definition.parse(value);
        requireChangeable(definition.pid(), Set.of(definition.attribute().getID()));
    }

    /** Refuses a change of properties on which something depends now. */
    void requireChangeable(String pid, Set<String> properties) {
        if (!pid.startsWith(Definition.PREFIX)) {
            return;
        }
        for (SettingsGuard guard : guards()) {
            for (String property : properties) {
                guard.requireChangeable(pid.substring(Definition.PREFIX.length()) + "." + property);
            }
        }
    }

    private List<SettingsGuard> guards() {
        try {
            return context.getServiceReferences(SettingsGuard.class, null).stream()
                    .map(context::getService)
                    .filter(Objects::nonNull)
                    .toList();
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Refuses properties that a PID's metatype does not allow. Who installs the bundle later may configure it before. */
    void check(String pid, Map<String, Object> properties) {
        Schema schema = schema();
        if (schema.all().stream().anyMatch(definition -> definition.pid().equals(pid))) {
            schema.check(Map.of(pid, properties));
        }
    }

    @Override
    public Setting set(String key, String value) {
        Definition definition = schema().definition(key);
        return change(definition, Optional.of(definition.parse(value)));
    }

    @Override
    public Setting unset(String key) {
        return change(schema().definition(key), Optional.empty());
    }

    private synchronized Setting change(Definition definition, Optional<Object> value) {
        Dictionary<String, Object> before = properties(definition.pid());
        Dictionary<String, Object> after = copy(before);
        String property = definition.attribute().getID();
        value.ifPresentOrElse(v -> after.put(property, v), () -> after.remove(property));
        // Also for the value that is in force: components are made anew by every update.
        requireChangeable(definition.pid(), Set.of(property));
        ComponentStates components = new ComponentStates(context);
        Map<String, String> failedBefore = components.failures();
        update(definition, after);
        Map<String, String> failed = components.failures();
        failed.keySet().removeAll(failedBefore.keySet());
        if (!failed.isEmpty()) {
            update(definition, before);
            throw PlatformError.BAD_VALUE.error(
                    "The value of " + definition.key() + " is refused; the last good one is in force again",
                    String.join("; ", failed.values()),
                    "give another value");
        }
        return setting(definition);
    }

    /** Updates the PID of a definition and waits for its components, which are told by another thread. */
    private void update(Definition definition, Dictionary<String, Object> properties) {
        update(definition.pid(), properties);
        String property = definition.attribute().getID();
        Optional<Object> value = Optional.ofNullable(properties.get(property));
        String wanted = value.map(Schema::text).orElse(definition.byDefault());
        // A component that shares the PID and does not know the property has no default of it.
        Predicate<Map<String, Object>> taken =
                has -> has.containsKey(property) ? wanted.equals(Schema.text(has.get(property))) : value.isEmpty();
        ComponentStates components = new ComponentStates(context);
        long begun = System.nanoTime();
        while (!components.haveTaken(definition.pid(), taken) && System.nanoTime() - begun < TAKEN_TIMEOUT_NS) {
            LockSupport.parkNanos(TAKEN_POLL_NS);
        }
    }

    private static Dictionary<String, Object> copy(Dictionary<String, Object> from) {
        Dictionary<String, Object> copy = new Hashtable<>();
        Collections.list(from.keys()).forEach(key -> copy.put(key, from.get(key)));
        return copy;
    }

    private Dictionary<String, Object> properties(String pid) {
        try {
            Configuration[] found = admin().listConfigurations("(service.pid=" + pid + ")");
            Dictionary<String, Object> properties = found == null ? null : found[0].getProperties();
            return properties == null ? new Hashtable<>() : properties;
        } catch (IOException | InvalidSyntaxException e) {
            throw failed(pid, e);
        }
    }

    private void update(String pid, Dictionary<String, Object> properties) {
        try {
            Configuration configuration = admin().getConfiguration(pid, "?");
            properties.remove("service.pid");
            configuration.update(properties);
        } catch (IOException e) {
            throw failed(pid, e);
        }
    }

    private static SeraiException failed(String pid, Exception e) {
        return PlatformError.BAD_CONFIGURATION.error(
                "The configuration of " + pid + " cannot be read or written",
                e.toString(),
                "check the instance's config folder and its disk",
                e);
    }

    private ConfigurationAdmin admin() {
        ServiceReference<ConfigurationAdmin> reference = context.getServiceReference(ConfigurationAdmin.class);
        return context.getService(reference);
    }
}
