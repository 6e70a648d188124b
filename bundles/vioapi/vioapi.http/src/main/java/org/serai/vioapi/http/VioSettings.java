package org.serai.vioapi.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;
import org.serai.ffdc.SeraiException;
import org.serai.vioapi.VioApiError;

/** The configuration, checked. */
record VioSettings(
        int port,
        String host,
        InetAddress address,
        Optional<Path> keystore,
        String keystorePassword,
        int maxConnections,
        int maxStreams,
        long requestTimeoutMs,
        int maxFailuresPerMinute) {
    private static final int MAX_PORT = 65535;

    /** Checks what was configured; {@link VioApiError#BAD_SETTING} names key, value and what is allowed. */
    static VioSettings of(VioConfig config) {
        within("vioapi.port", config.port(), -1, MAX_PORT);
        within("vioapi.maxConnections", config.maxConnections(), 1, MAX_PORT);
        within("vioapi.maxStreams", config.maxStreams(), 0, MAX_PORT);
        within("vioapi.requestTimeoutMs", config.requestTimeoutMs(), 100, 600_000);
        within("vioapi.maxFailuresPerMinute", config.maxFailuresPerMinute(), 1, 10_000);
        return new VioSettings(
                config.port(),
                config.address(),
                address(config.address()),
                Optional.of(config.keystore()).filter(text -> !text.isBlank()).map(Path::of),
                config.keystorePassword(),
                config.maxConnections(),
                config.maxStreams(),
                config.requestTimeoutMs(),
                config.maxFailuresPerMinute());
    }

    boolean isHttps() {
        return port >= 0;
    }

    private static InetAddress address(String host) {
        try {
            if (host.isBlank()) {
                throw bad("vioapi.address", host, "a name or an address of this host");
            }
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw bad("vioapi.address", host, "a name or an address of this host");
        }
    }

    private static void within(String key, long value, long min, long max) {
        if (value < min || value > max) {
            throw bad(key, String.valueOf(value), "from " + min + " to " + max);
        }
    }

    private static SeraiException bad(String key, String value, String allowed) {
        return VioApiError.BAD_SETTING.error(
                "The VIOS API cannot listen",
                key + " is '" + value + "', but must be " + allowed,
                "correct " + key + " in the configuration");
    }
}
