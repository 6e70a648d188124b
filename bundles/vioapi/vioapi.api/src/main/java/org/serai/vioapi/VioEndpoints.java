package org.serai.vioapi;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** Where this node's API is reached. */
@ProviderType
public interface VioEndpoints {
    /** The endpoints that listen now. */
    List<Endpoint> endpoints();

    /** The certificate that this node shows, in PEM; empty while it listens on the local socket only. */
    Optional<String> certificate();

    /**
     * An endpoint.
     *
     * @param kind {@code socket} or {@code https}
     * @param address the socket's file, or the URL that requests are posted to
     * @param fingerprint the SHA-256 of the certificate in hexadecimal; empty without TLS
     * @param madeHere whether the certificate was made by this node itself
     */
    record Endpoint(String kind, String address, Optional<String> fingerprint, boolean madeHere) {}
}
