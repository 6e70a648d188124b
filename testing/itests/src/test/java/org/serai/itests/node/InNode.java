package org.serai.itests.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.inject.Inject;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.serai.cluster.Clients;
import org.serai.cluster.Cluster;
import org.serai.ffdc.ErrorCode;
import org.serai.ffdc.SeraiException;

/** What a test in a node's framework asks it. */
public abstract class InNode {
    /** How long anything may take that is awaited; what takes longer hangs. */
    protected static final Duration SOON = Duration.ofSeconds(60);

    /** The framework, as the test's own bundle sees it. */
    @Inject
    protected BundleContext context;

    /** The instance directory. */
    protected Path instance() {
        return Path.of(context.getProperty("serai.instance.dir"));
    }

    /** A service that is there now. */
    protected <S> Optional<S> find(Class<S> type) {
        return Optional.ofNullable(context.getServiceReference(type)).map(context::getService);
    }

    /** A service with these properties that is there now. */
    protected Optional<?> find(String type, String filter) {
        try {
            ServiceReference<?>[] references = context.getAllServiceReferences(type, filter);
            return references == null
                    ? Optional.empty()
                    : Arrays.stream(references).map(context::getService).findFirst();
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** A service that comes soon. */
    protected <S> S service(Class<S> type) {
        return await(type.getName())
                .atMost(SOON)
                .until(() -> find(type), Optional::isPresent)
                .orElseThrow();
    }

    /** A bundle that is installed. */
    protected Optional<Bundle> bundle(String symbolicName) {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
                .findFirst();
    }

    /** The node's shell. */
    protected Shell shell() {
        return new Shell(Path.of(context.getProperty("serai.native.dir"), "serai-client"), instance());
    }

    /** The bundles of the project, and the deploy folder. */
    protected Jars jars() {
        return new Jars(
                Path.of(context.getProperty(TestNode.PROJECT)), instance().resolve("deploy"));
    }

    /** Makes the node a member of a cluster of its own with one client, if it is not yet; returns the client's id. */
    protected long becomeMember() {
        Cluster cluster = service(Cluster.class);
        if (cluster.membership().isEmpty()) {
            cluster.create("home", Optional.empty(), Map.of());
        }
        Clients clients = service(Clients.class);
        return clients.all().stream()
                .findFirst()
                .orElseGet(() -> clients.create("acme"))
                .id();
    }

    /** Runs what must fail with that code; returns the error. */
    protected static SeraiException assertFails(ErrorCode code, Runnable call) {
        AtomicReference<SeraiException> thrown = new AtomicReference<>();
        assertThatExceptionOfType(SeraiException.class).isThrownBy(call::run).satisfies(thrown::set);
        assertThat(thrown.get().code()).as(thrown.get().getMessage()).isEqualTo(code);
        return thrown.get();
    }
}
