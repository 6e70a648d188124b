package org.serai.platform;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** The features of the distribution, and which of them this instance runs. */
@ProviderType
public interface Features {
    /** All features of the distribution, ordered by name. */
    List<Feature> all();

    /** One feature; {@link PlatformError#NO_SUCH_FEATURE} otherwise. */
    Feature feature(String name);

    /** What {@link #install} would do. */
    Steps planInstall(String name);

    /** Installs and starts what the feature adds, for this run and the next ones. */
    Steps install(String name);

    /** What {@link #uninstall} would do; {@link PlatformError#FEATURE_CONFLICT} if others need it. */
    Steps planUninstall(String name);

    /** Stops and removes what only this feature needs, for this run and the next ones. */
    Steps uninstall(String name);

    /**
     * A feature.
     *
     * @param installed whether this instance runs it
     * @param requires the features that it includes
     * @param bundles its own bundles, {@code group:artifact:version}
     */
    record Feature(String name, String description, boolean installed, List<String> requires, List<String> bundles) {}

    /** The bundles, by symbolic name, that a change starts, stops, and refreshes though they are not the feature's. */
    record Steps(List<String> started, List<String> stopped, List<String> refreshed) {}
}
