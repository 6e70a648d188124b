package org.serai.cluster.core.software;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.serai.cluster.ClusterError;
import org.serai.cluster.Node;
import org.serai.ffdc.SeraiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a bundle to one node after the other, and back if one cannot have it. */
final class Rollout {
    private static final Logger LOG = LoggerFactory.getLogger(Rollout.class);

    private final BundleStore store;
    private final Nodes nodes;

    Rollout(BundleStore store, Nodes nodes) {
        this.store = store;
        this.nodes = nodes;
    }

    /** The nodes, as far as a bundle goes to them. */
    interface Nodes {
        /** This one. */
        UUID self();

        /** The others that live. */
        List<Node> others();

        /**
         * Has a node run the cluster's bundles, and one more that is on its way. Returns whether it does; if not it is
         * dead, and finds in the database what it is to have when it comes back.
         */
        boolean apply(UUID node, Optional<String> onItsWay);
    }

    /** What a process left that died between the first node and the last is forgotten. */
    void clearLeft() {
        store.all().stream()
                .filter(row -> row.state() == BundleRow.State.DEPLOYING)
                .forEach(row -> {
                    LOG.info("bundle {} did not reach all nodes, and is forgotten", row.symbolicName());
                    store.delete(row);
                });
    }

    BundleRow install(Jar jar, Consumer<String> progress) {
        Optional<BundleRow> present = store.find(jar.sha256());
        if (present.isPresent()) {
            return present.get();
        }
        BundleRow row = store.add(jar, nodes.self());
        List<UUID> done = new ArrayList<>();
        boolean all = false;
        try {
            progress.accept("starting it at this node");
            done.add(nodes.self());
            nodes.apply(nodes.self(), Optional.of(row.sha256()));
            for (Node node : nodes.others()) {
                progress.accept("starting it at node " + node.name());
                done.add(node.id());
                if (!apply(node, row)) {
                    progress.accept("node " + node.name() + " is dead, and takes it when it comes back");
                }
            }
            BundleRow deployed = store.deployed(row);
            all = true;
            return deployed;
        } finally {
            if (!all) {
                store.delete(row);
                done.reversed().forEach(this::back);
            }
        }
    }

    private boolean apply(Node node, BundleRow row) {
        try {
            return nodes.apply(node.id(), Optional.of(row.sha256()));
        } catch (SeraiException failed) {
            throw ClusterError.BUNDLE_REFUSED.error(
                    "Bundle " + row.symbolicName() + " " + row.version() + " is not installed in the cluster",
                    "node " + node.name() + " refused it: " + failed.reason(),
                    "all nodes have what they had before; " + failed.action(),
                    failed);
        }
    }

    /** A node that does not answer finds in the database what it is to have. */
    private void back(UUID node) {
        try {
            nodes.apply(node, Optional.empty());
        } catch (SeraiException later) {
            LOG.warn("node {} goes back to its earlier bundles later: {}", node, later.getMessage());
        }
    }
}
