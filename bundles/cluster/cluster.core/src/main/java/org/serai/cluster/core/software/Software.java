package org.serai.cluster.core.software;

import org.osgi.framework.BundleContext;
import org.serai.database.Database;

/** Brings what a node lacks of the cluster's bundles into it, before it is a member. */
@FunctionalInterface
public interface Software {
    /** Takes what is missing; fails with {@link org.serai.cluster.ClusterError#BUNDLE_REFUSED} if it cannot run here. */
    void fetch(Database database);

    /** Into a framework. */
    static Software into(BundleContext context) {
        FrameworkBundles framework = new FrameworkBundles(context);
        return database -> {
            BundleStore store = new BundleStore(database);
            framework.apply(store.deployed(), store::content);
        };
    }
}
