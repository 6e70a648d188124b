package org.serai.launcher.settings;

import java.io.IOException;
import java.util.Collections;
import java.util.Dictionary;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.felix.cm.PersistenceManager;
import org.serai.ffdc.SeraiException;

/**
 * Refuses what the metatype does not allow, or what something depends on, before it is stored. The Configuration Admin
 * service stores before it tells any component, so that the last good configuration stays in force, whoever gave the
 * bad one.
 */
public final class CheckedStore implements PersistenceManager {
    private final PersistenceManager store;
    private final LiveSettings settings;

    /** A store in front of another one. */
    public CheckedStore(PersistenceManager store, LiveSettings settings) {
        this.store = store;
        this.settings = settings;
    }

    /** {@inheritDoc} The interface has the raw type, so the method must. */
    @Override
    @SuppressWarnings("rawtypes")
    public void store(String pid, Dictionary dictionary) throws IOException {
        try {
            settings.check(pid, given(dictionary));
            settings.requireChangeable(pid, changed(pid, given(dictionary)));
        } catch (SeraiException e) {
            throw new IOException(e.getMessage(), e);
        }
        store.store(pid, dictionary);
    }

    /** The properties that are not as they are stored. */
    private Set<String> changed(String pid, Map<String, Object> now) throws IOException {
        Map<String, Object> before = store.exists(pid) ? given(store.load(pid)) : Map.of();
        Set<String> properties = new TreeSet<>(before.keySet());
        properties.addAll(now.keySet());
        properties.removeIf(property -> before.containsKey(property)
                && now.containsKey(property)
                && Schema.text(before.get(property)).equals(Schema.text(now.get(property))));
        return properties;
    }

    /** The properties that somebody gave, without those that the Configuration Admin service adds. */
    private static Map<String, Object> given(Dictionary<?, ?> dictionary) {
        Map<String, Object> given = new LinkedHashMap<>();
        for (Object key : Collections.list(dictionary.keys())) {
            String property = String.valueOf(key);
            if (!property.contains(".") && !property.startsWith(":")) {
                given.put(property, dictionary.get(key));
            }
        }
        return given;
    }

    @Override
    public boolean exists(String pid) {
        return store.exists(pid);
    }

    @Override
    public Dictionary<?, ?> load(String pid) throws IOException {
        return store.load(pid);
    }

    @Override
    public Enumeration<?> getDictionaries() throws IOException {
        return store.getDictionaries();
    }

    @Override
    public void delete(String pid) throws IOException {
        try {
            settings.requireChangeable(pid, changed(pid, Map.of()));
        } catch (SeraiException e) {
            throw new IOException(e.getMessage(), e);
        }
        store.delete(pid);
    }
}
