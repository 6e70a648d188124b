package org.serai.cluster.core;

import java.util.Set;
import org.serai.platform.PlatformError;

/** Which settings stay as they are while a node is a member of a cluster. */
final class SettingsOfMember {
    private static final Set<String> OF_THE_CLUSTER = Set.of("lease.renewalMs", "lease.leaseMs", "lease.marginMs");
    private static final Set<String> OF_THE_START = Set.of(
            "lease.hardware", "node.name", "cec.serial", "cec.type", "cec.model", "fence.command", "fence.timeoutMs");

    private SettingsOfMember() {}

    /** Refuses a key that does. */
    static void requireChangeable(String key, String cluster) {
        if (OF_THE_CLUSTER.contains(key)) {
            throw PlatformError.SETTING_IN_USE.error(
                    key + " cannot be changed on this node",
                    "all members of cluster " + cluster + " keep the timing that it was made with",
                    "set it on a node that belongs to no cluster, before cluster:create");
        }
        if (OF_THE_START.contains(key)) {
            throw PlatformError.SETTING_IN_USE.error(
                    key + " cannot be changed while the node runs",
                    "it is a member of cluster " + cluster + " under its present identity",
                    "stop the node, and start it with --set " + key + "=VALUE");
        }
    }
}
