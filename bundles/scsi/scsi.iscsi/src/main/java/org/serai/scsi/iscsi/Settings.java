package org.serai.scsi.iscsi;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.serai.ffdc.SeraiException;
import org.serai.scsi.ScsiError;

/** The portal's configuration, checked. */
record Settings(
        String host,
        InetSocketAddress address,
        long loginTimeoutMs,
        int maxConnections,
        int maxLogins,
        int maxLoginsPerAddress,
        long idleMs,
        long pingTimeoutMs,
        long bufferBytes,
        boolean discoveryAuthentication) {
    private static final int MAX_PORT = 65535;

    /** Checks what was configured; {@link ScsiError#BAD_SETTING} names key, value and what is allowed. */
    static Settings of(IscsiConfig config) {
        within("iscsi.port", config.port(), 0, MAX_PORT);
        within("iscsi.loginTimeoutMs", config.loginTimeoutMs(), 100, 600_000);
        within("iscsi.maxConnections", config.maxConnections(), 1, MAX_PORT);
        within("iscsi.maxLogins", config.maxLogins(), 1, MAX_PORT);
        within("iscsi.maxLoginsPerAddress", config.maxLoginsPerAddress(), 1, MAX_PORT);
        within("iscsi.idleMs", config.idleMs(), 100, 3_600_000);
        within("iscsi.pingTimeoutMs", config.pingTimeoutMs(), 100, 3_600_000);
        within("iscsi.bufferMiB", config.bufferMiB(), 8, 65536);
        return new Settings(
                config.host(),
                new InetSocketAddress(address(config.host()), config.port()),
                config.loginTimeoutMs(),
                config.maxConnections(),
                config.maxLogins(),
                config.maxLoginsPerAddress(),
                config.idleMs(),
                config.pingTimeoutMs(),
                (long) config.bufferMiB() << 20,
                config.discoveryAuthentication());
    }

    private static InetAddress address(String host) {
        try {
            InetAddress address = InetAddress.getByName(host);
            if (host.isBlank() || address.isAnyLocalAddress()) {
                throw bad("iscsi.host", host, "an address of this host that initiators can be told, no wildcard");
            }
            return address;
        } catch (UnknownHostException e) {
            throw bad("iscsi.host", host, "a name or an address of this host");
        }
    }

    private static void within(String key, long value, long min, long max) {
        if (value < min || value > max) {
            throw bad(key, String.valueOf(value), "from " + min + " to " + max);
        }
    }

    private static SeraiException bad(String key, String value, String allowed) {
        return ScsiError.BAD_SETTING.error(
                "The iSCSI portal cannot start",
                key + " is '" + value + "', but must be " + allowed,
                "correct " + key + " in the configuration");
    }
}
