package org.serai.launcher.framework;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.serai.platform.StartHindrance;

/**
 * Waits until a node that belongs to a cluster is in its place again. Its membership comes when the database answers, and
 * components that need it follow; a database that does not answer keeps no node from running.
 */
final class Readiness {
    /** The service that is there while the node is a member; by name, for the launcher knows no bundle's classes. */
    private static final String MEMBERSHIP = "org.serai.cluster.Membership";

    private static final long MEMBERSHIP_TIMEOUT_NS = 20_000_000_000L;
    private static final long SETTLED_NS = 500_000_000L;
    private static final long POLL_MS = 20;
    private static final int NAMED_AT_MOST = 3;

    private final BundleContext context;
    private final ComponentStates components;

    Readiness(BundleContext context) {
        this.context = context;
        this.components = new ComponentStates(context);
    }

    /** Returns what is still missing, as a sentence; empty if nothing is. */
    String await(Path identity) throws InterruptedException {
        if (!Files.exists(identity.resolve("cluster.json"))) {
            return "";
        }
        long begun = System.nanoTime();
        long changed = begun;
        List<String> before = List.of();
        while (System.nanoTime() - begun < MEMBERSHIP_TIMEOUT_NS) {
            Optional<String> hindrance = hindrance();
            if (hindrance.isPresent()) {
                return hindrance.get().replace('\n', ' ');
            }
            if (context.getServiceReference(MEMBERSHIP) != null) {
                List<String> waiting = components.waiting();
                if (waiting.isEmpty()) {
                    return "";
                }
                if (!waiting.equals(before)) {
                    changed = System.nanoTime();
                    before = waiting;
                } else if (System.nanoTime() - changed > SETTLED_NS) {
                    return "waiting: " + named(waiting) + " (see driver:list and driver:why)";
                }
            }
            Thread.sleep(POLL_MS);
        }
        return "the node is not back in its cluster yet (see cluster:status)";
    }

    private static String named(List<String> waiting) {
        int more = waiting.size() - NAMED_AT_MOST;
        return String.join(", ", waiting.subList(0, Math.min(NAMED_AT_MOST, waiting.size())))
                + (more > 0 ? " and " + more + " more" : "");
    }

    private Optional<String> hindrance() {
        try {
            return context.getServiceReferences(StartHindrance.class, null).stream()
                    .map(context::getService)
                    .filter(Objects::nonNull)
                    .flatMap(service -> service.hindrance().stream())
                    .findFirst();
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
