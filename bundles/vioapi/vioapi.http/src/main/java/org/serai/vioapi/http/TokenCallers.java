package org.serai.vioapi.http;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.serai.vioapi.Caller;
import org.serai.vioapi.Tokens;
import org.serai.vioapi.VioApiError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Callers by their bearer tokens (RFC 6750, 2.1). */
final class TokenCallers implements Callers {
    private static final Logger SECURITY = LoggerFactory.getLogger("org.serai.security");
    private static final String SCHEME = "bearer ";
    private static final String GIVE = "give Authorization: Bearer TOKEN; vioapi:token-create makes one";

    private final Supplier<Optional<Tokens>> tokens;
    private final PeerGuard guard;

    TokenCallers(Supplier<Optional<Tokens>> tokens, PeerGuard guard) {
        this.tokens = tokens;
        this.guard = guard;
    }

    @Override
    public Caller caller(Request request) {
        String peer = peer(request);
        long shutOutSeconds = guard.shutOutSeconds(peer);
        if (shutOutSeconds > 0) {
            throw VioApiError.BUSY.error(
                    "The request was not read",
                    "too many requests of this address had no valid token",
                    "ask again in " + shutOutSeconds + " s");
        }
        String given = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        if (given == null || !given.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            guard.failed(peer);
            throw VioApiError.UNAUTHENTICATED.error("It is not known who asks", "the request has no token", GIVE);
        }
        Tokens known = tokens.get()
                .orElseThrow(() -> VioApiError.UNAVAILABLE.error(
                        "It is not known who asks",
                        "this node does not reach the VIOS DB, which has the tokens",
                        "ask again, or another node; the local socket needs no token"));
        return known.holder(given.substring(SCHEME.length()).strip())
                .map(token -> new Caller(token.name(), token.role(), peer))
                .orElseThrow(() -> {
                    guard.failed(peer);
                    SECURITY.warn("a request of {} has a token that is not valid", peer);
                    return VioApiError.UNAUTHENTICATED.error(
                            "It is not known who asks", "the token is none, was revoked, or has expired", GIVE);
                });
    }

    private static String peer(Request request) {
        return request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress address
                ? address.getAddress().getHostAddress()
                : "unknown";
    }
}
