package org.serai.vioapi.http;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.serai.vioapi.Tokens;
import org.serai.vioapi.VioApi;
import org.serai.vioapi.VioApiError;
import org.serai.vioapi.VioEndpoints;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ways in by HTTP: the local socket always, HTTPS where a port is configured. */
@Component(service = VioEndpoints.class, immediate = true, configurationPid = "org.serai.vioapi")
@Designate(ocd = VioConfig.class)
public final class VioHttpComponent implements VioEndpoints {
    private static final Logger LOG = LoggerFactory.getLogger(VioHttpComponent.class);

    private final VioApi api;
    private final LocalSocket socket;
    private final Optional<Https> https;
    private Optional<HttpServer> local = Optional.empty();
    private boolean stopped;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    private volatile Tokens tokens;

    private record Https(HttpServer server, KeyMaterial keys, String url) {}

    /** Listens. */
    @Activate
    public VioHttpComponent(BundleContext context, VioConfig config, @Reference VioApi api) {
        this.api = api;
        VioSettings settings = VioSettings.of(config);
        Path instance = instanceDirectory(context);
        https = settings.isHttps() ? Optional.of(https(context, settings, instance)) : Optional.empty();
        try {
            socket = LocalSocket.listen(instance.resolve("run").resolve("vioapi.sock"));
        } catch (RuntimeException e) {
            https.ifPresent(open -> open.server().close());
            throw e;
        }
        Thread.ofVirtual().name("vioapi-first").start(this::serveLocally);
    }

    private static Path instanceDirectory(BundleContext context) {
        return Optional.ofNullable(context.getProperty("serai.instance.dir"))
                .map(Path::of)
                .orElseThrow(() -> VioApiError.NOT_LISTENING.error(
                        "The VIOS API has no place for its socket",
                        "the framework property serai.instance.dir is not set",
                        "start the node with serai run"));
    }

    private Https https(BundleContext context, VioSettings settings, Path instance) {
        String node = Optional.ofNullable(context.getProperty("serai.node.name"))
                .orElse(instance.getFileName().toString());
        KeyMaterial keys =
                new Certificates(instance.resolve("config"), node, InstantSource.system()).forAddress(settings);
        Callers callers = new TokenCallers(
                () -> Optional.ofNullable(tokens), new PeerGuard(settings.maxFailuresPerMinute(), System::nanoTime));
        HttpServer server = HttpServer.https(api, settings, keys, callers);
        String url = "https://" + (settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host()) + ":"
                + server.port() + VioHandler.PATH;
        LOG.info("the VIOS API listens at {}", url);
        return new Https(server, keys, url);
    }

    /** Jetty begins with the first who connects. */
    private void serveLocally() {
        if (!socket.awaitFirst()) {
            return;
        }
        synchronized (this) {
            if (!stopped) {
                local = Optional.of(HttpServer.local(api, socket));
            }
        }
    }

    @Deactivate
    synchronized void stop() {
        stopped = true;
        https.ifPresent(open -> open.server().close());
        socket.close();
        local.ifPresent(HttpServer::close);
    }

    @Override
    public List<Endpoint> endpoints() {
        List<Endpoint> endpoints = new ArrayList<>();
        endpoints.add(new Endpoint("socket", socket.file().toString(), Optional.empty(), false));
        https.ifPresent(open -> endpoints.add(new Endpoint(
                "https",
                open.url(),
                Optional.of(open.keys().fingerprint()),
                open.keys().madeHere())));
        return endpoints;
    }

    @Override
    public Optional<String> certificate() {
        return https.map(open -> open.keys().pem());
    }
}
