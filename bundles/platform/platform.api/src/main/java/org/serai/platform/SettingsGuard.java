package org.serai.platform;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Keeps settings as they are while something depends on them. Offered as a service by who depends; asked before a
 * change is stored, whoever asks for the change.
 */
@ConsumerType
public interface SettingsGuard {
    /**
     * Does nothing if the setting may be changed now, or is another's affair.
     *
     * @param key as users see it, for example {@code node.name}
     * @throws org.serai.ffdc.SeraiException {@link PlatformError#SETTING_IN_USE} with the reason and the way to change it
     */
    void requireChangeable(String key);
}
