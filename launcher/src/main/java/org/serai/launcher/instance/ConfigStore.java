package org.serai.launcher.instance;

import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.Dictionary;
import java.util.Enumeration;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.felix.cm.PersistenceManager;

/**
 * The instance's configuration file as the store of the Configuration Admin service. So the file is the one place of
 * truth: every component finds its configuration at its first activation, and a live change is kept.
 */
public final class ConfigStore implements PersistenceManager {
    /** The name under which the Configuration Admin service finds the store. */
    public static final String NAME = "serai";

    private static final String FACTORY_LIST = "factory.pidList";

    private final ConfigFile file;
    private final Map<String, Map<String, Object>> defaults;
    private final Map<String, Dictionary<?, ?>> factoryLists = new ConcurrentHashMap<>();

    /**
     * A store.
     *
     * @param file the instance's file
     * @param defaults what features configure, in force where the file has nothing for a PID
     */
    public ConfigStore(ConfigFile file, Map<String, Map<String, Object>> defaults) {
        this.file = file;
        this.defaults = Map.copyOf(defaults);
    }

    private Map<String, Map<String, Object>> all() {
        Map<String, Map<String, Object>> all = new LinkedHashMap<>(defaults);
        file.values().forEach((pid, properties) -> {
            if (!properties.isEmpty()) {
                all.put(pid, properties);
            }
        });
        return all;
    }

    @Override
    public boolean exists(String pid) {
        return factoryLists.containsKey(pid) || all().containsKey(pid);
    }

    @Override
    public Dictionary<?, ?> load(String pid) throws IOException {
        Dictionary<?, ?> list = factoryLists.get(pid);
        if (list != null) {
            return list;
        }
        Map<String, Object> properties = all().get(pid);
        if (properties == null) {
            throw new IOException("No configuration " + pid);
        }
        return dictionary(pid, properties);
    }

    @Override
    public Enumeration<?> getDictionaries() {
        return Collections.enumeration(all().entrySet().stream()
                .map(e -> dictionary(e.getKey(), e.getValue()))
                .toList());
    }

    private static Dictionary<String, Object> dictionary(String pid, Map<String, Object> properties) {
        Dictionary<String, Object> dictionary = new Hashtable<>(properties);
        dictionary.put("service.pid", pid);
        dictionary.put("service.bundleLocation", "?"); // any number of bundles may share a PID
        int factory = pid.indexOf('~');
        if (factory > 0) {
            dictionary.put("service.factoryPid", pid.substring(0, factory));
        }
        return dictionary;
    }

    /** {@inheritDoc} The interface has the raw type, so the method must. */
    @Override
    @SuppressWarnings("rawtypes")
    public void store(String pid, Dictionary dictionary) throws IOException {
        keep(pid, dictionary);
    }

    private void keep(String pid, Dictionary<?, ?> dictionary) throws IOException {
        if (dictionary.get(FACTORY_LIST) != null) {
            factoryLists.put(pid, dictionary);
            return;
        }
        Map<String, Object> there = all().getOrDefault(pid, Map.of());
        Map<String, Object> wanted = new LinkedHashMap<>();
        for (Object key : Collections.list(dictionary.keys())) {
            String property = String.valueOf(key);
            if (!property.startsWith("service.") && !property.startsWith(":") && !property.startsWith("felix.")) {
                wanted.put(property, dictionary.get(key));
            }
        }
        for (Map.Entry<String, Object> entry : wanted.entrySet()) {
            if (!same(there.get(entry.getKey()), entry.getValue())) {
                file.set(pid, entry.getKey(), entry.getValue());
            }
        }
        for (String gone : there.keySet()) {
            if (!wanted.containsKey(gone)) {
                file.unset(pid, gone);
            }
        }
    }

    private static boolean same(Object one, Object other) {
        if (one instanceof Number a && other instanceof Number b) {
            return a.doubleValue() == b.doubleValue();
        }
        return one instanceof Object[] a && other instanceof Object[] b
                ? Arrays.equals(a, b)
                : one != null && one.equals(other);
    }

    @Override
    public void delete(String pid) throws IOException {
        if (factoryLists.remove(pid) == null) {
            for (String property : file.values().getOrDefault(pid, Map.of()).keySet()) {
                file.unset(pid, property);
            }
        }
    }
}
