package org.serai.platform;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The configuration of this node. Key {@code a.b} is property {@code b} of the component with the PID {@code org.serai.a}.
 * What can be set is what the metatype of the installed bundles says.
 */
@ProviderType
public interface Settings {
    /** All settings, ordered by key. */
    List<Setting> all();

    /** One setting; {@link PlatformError#UNKNOWN_KEY} otherwise. */
    Setting get(String key);

    /** What {@link #set} would refuse; nothing is changed. */
    void check(String key, String value);

    /**
     * Checks a value, puts it in force, and keeps it in the instance's file. If a component fails with it, the last
     * good value is put back in force.
     *
     * @throws org.serai.ffdc.SeraiException {@link PlatformError#UNKNOWN_KEY}; {@link PlatformError#BAD_VALUE}, naming
     *     key, value and allowed range; {@link PlatformError#SETTING_IN_USE} if a {@link SettingsGuard} refuses
     */
    Setting set(String key, String value);

    /** Returns a setting to its default; {@link PlatformError#UNKNOWN_KEY} if there is no such key. */
    Setting unset(String key);

    /**
     * A setting.
     *
     * @param key as users see it, for example {@code iscsi.port}
     * @param value what the file says, empty where the default is in force; a password reads {@code ***}
     * @param byDefault the value without configuration, which may be an empty text
     * @param allowed the type and range, in words
     * @param description what it does
     */
    record Setting(String key, Optional<String> value, String byDefault, String allowed, String description) {}
}
