package org.serai.cluster.core.software;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Version;
import org.serai.cluster.ClusterError;
import org.serai.ffdc.SeraiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cluster's bundles in this node's framework; a location tells which content a bundle was made of. */
final class FrameworkBundles {
    private static final Logger LOG = LoggerFactory.getLogger(FrameworkBundles.class);
    private static final String LOCATION = "cluster:";

    private final BundleContext context;

    FrameworkBundles(BundleContext context) {
        this.context = context;
    }

    private static String location(BundleRow row) {
        return LOCATION + row.symbolicName() + ":" + row.sha256();
    }

    /**
     * Has exactly these of the cluster's bundles run. If one cannot, what was there before runs again.
     *
     * @param content reads what the node lacks
     */
    synchronized void apply(List<BundleRow> wanted, Function<BundleRow, byte[]> content) {
        Set<String> locations = wanted.stream().map(FrameworkBundles::location).collect(Collectors.toSet());
        List<Bundle> stopped = new ArrayList<>();
        List<Bundle> made = new ArrayList<>();
        boolean done = false;
        try {
            for (Bundle bundle : context.getBundles()) {
                if (bundle.getLocation().startsWith(LOCATION) && !locations.contains(bundle.getLocation())) {
                    bundle.stop();
                    stopped.add(bundle);
                }
            }
            for (BundleRow row : wanted) {
                if (own(row).isEmpty()) {
                    start(row, content, made);
                }
            }
            done = true;
        } catch (BundleException e) {
            throw new IllegalStateException("a bundle of the cluster cannot be stopped", e);
        } finally {
            // Of an upgrade that failed the earlier version goes on.
            (done ? stopped : made).forEach(FrameworkBundles::uninstall);
            if (!done) {
                stopped.forEach(FrameworkBundles::startAgain);
            }
        }
    }

    private void start(BundleRow row, Function<BundleRow, byte[]> content, List<Bundle> made) {
        try {
            Bundle bundle = context.getBundle(location(row));
            if (bundle == null) {
                bundle = context.installBundle(location(row), new ByteArrayInputStream(content.apply(row)));
                made.add(bundle);
                LOG.info("bundle {} {} of the cluster is installed", row.symbolicName(), row.version());
            }
            bundle.start();
        } catch (BundleException e) {
            throw refused(row, e);
        }
    }

    private static SeraiException refused(BundleRow row, BundleException e) {
        String cause = String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
        return ClusterError.BUNDLE_REFUSED.error(
                "Bundle " + row.symbolicName() + " " + row.version() + " of the cluster cannot be started here",
                cause,
                "bring this node to the software that the others run, or driver:uninstall it from the cluster",
                e);
    }

    private static void uninstall(Bundle bundle) {
        try {
            bundle.uninstall();
        } catch (BundleException e) {
            LOG.warn("bundle {} was not uninstalled in order", bundle.getSymbolicName(), e);
        }
    }

    private static void startAgain(Bundle bundle) {
        try {
            bundle.start();
        } catch (BundleException e) {
            LOG.error("bundle {} does not start again", bundle.getSymbolicName(), e);
        }
    }

    /** A bundle of the same name and version that the node has by itself. */
    private Optional<Bundle> own(BundleRow row) {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> row.symbolicName().equals(bundle.getSymbolicName()))
                .filter(bundle -> bundle.getVersion().equals(Version.parseVersion(row.version())))
                .filter(bundle -> !bundle.getLocation().startsWith(LOCATION))
                .findFirst();
    }

    /** What this node makes of a bundle, as in {@link org.serai.cluster.ClusterBundles.Stored#here}. */
    String here(BundleRow row) {
        if (own(row).isPresent()) {
            return "own";
        }
        return Optional.ofNullable(context.getBundle(location(row)))
                .map(bundle -> bundle.getState() == Bundle.ACTIVE ? "active" : "installed")
                .orElse("missing");
    }
}
