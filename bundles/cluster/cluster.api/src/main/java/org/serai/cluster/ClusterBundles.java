package org.serai.cluster;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Bundles that every node of the cluster runs, a service while this node is a member. They are stored in the VIOS DB; a
 * node that joins or comes back takes what it lacks from there before it is active. What lies in a node's own deploy folder
 * is that node's own affair.
 */
@ProviderType
public interface ClusterBundles {
    /** The largest bundle that is stored. */
    long SIZE_BYTES_MAX = 16 << 20;

    /** The bundles of the cluster, ordered by symbolic name. */
    List<Stored> all();

    /** What a file is as a bundle of the cluster; {@link ClusterError#BAD_BUNDLE} if it cannot be one. */
    Stored inspect(Path jar);

    /**
     * Stores a bundle and has every node that lives start it, this one first and one after the other. At the first that
     * cannot, all go back to what they had. An earlier version is replaced.
     *
     * @throws org.serai.ffdc.SeraiException {@link ClusterError#BAD_BUNDLE}; {@link ClusterError#BUNDLE_REFUSED} naming
     *     the node and what it lacks
     */
    Stored install(Path jar, Consumer<String> progress);

    /** Takes a bundle out of the cluster; every node stops it. {@link ClusterError#BAD_BUNDLE} if there is none. */
    void uninstall(String symbolicName);

    /**
     * A bundle of the cluster.
     *
     * @param state {@code deployed}, or {@code deploying} while nodes start it one after the other
     * @param addedBy the node at which it was installed
     * @param here what this node makes of it: {@code active}, {@code installed}, {@code own} if the node has the same
     *     version of its own, {@code missing}
     */
    record Stored(
            String symbolicName,
            String version,
            String sha256,
            long sizeBytes,
            String state,
            String addedBy,
            String here) {}
}
