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
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.serai.ffdc.SeraiException;
import org.serai.launcher.framework.ComponentStates;
import org.serai.platform.PlatformError;
import org.serai.platform.Settings;

/** The settings of the running node, by way of the Configuration Admin service. */
public final class LiveSettings implements Settings {
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
                            "Deploy the bundle again",
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
        schema().definition(key).parse(value);
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
        ComponentStates components = new ComponentStates(context);
        Map<String, String> failedBefore = components.failures();
        update(definition.pid(), after);
        Map<String, String> failed = components.failures();
        failed.keySet().removeAll(failedBefore.keySet());
        if (!failed.isEmpty()) {
            update(definition.pid(), before);
            throw PlatformError.BAD_VALUE.error(
                    "The value of " + definition.key() + " is refused; the last good one is in force again",
                    String.join("; ", failed.values()),
                    "Give another value");
        }
        return setting(definition);
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
        } catch (IOException | org.osgi.framework.InvalidSyntaxException e) {
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
                "Check the instance's config folder and its disk",
                e);
    }

    private ConfigurationAdmin admin() {
        ServiceReference<ConfigurationAdmin> reference = context.getServiceReference(ConfigurationAdmin.class);
        return context.getService(reference);
    }
}
