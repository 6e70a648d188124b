package org.serai.system;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Some hosts and the switch that they are cabled to. At the switch there is a host, too: clients and a database. */
final class Hosts implements AfterAllCallback {
    static final String BRIDGE = "bridge";

    private static final String NETWORK = "192.0.2.";
    private static final int HUB_NUMBER = 254;

    private final List<Host> hosts = new ArrayList<>();
    private final List<AutoCloseable> running = new ArrayList<>();
    private final Host hub = new Host("hub");

    Hosts() {
        hub.run("ip", "link", "add", BRIDGE, "type", "bridge");
        hub.run("ip", "address", "add", NETWORK + HUB_NUMBER + "/24", "dev", BRIDGE);
        hub.run("ip", "link", "set", BRIDGE, "up");
    }

    /** The host at the switch itself, whose cable is never cut. */
    Host hub() {
        return hub;
    }

    String hubAddress() {
        return NETWORK + HUB_NUMBER;
    }

    /** Another host, reached at {@link #address}. */
    Host add(String name) {
        Host host = new Host(name);
        hosts.add(host);
        host.plugInto(hub, address(host));
        return host;
    }

    String address(Host host) {
        return NETWORK + (hosts.indexOf(host) + 1);
    }

    /** Pulls a host's cable. */
    void unplug(Host host) {
        hub.run("ip", "link", "set", host.name(), "down");
    }

    /** Puts a host's cable in again. */
    void plug(Host host) {
        hub.run("ip", "link", "set", host.name(), "up");
    }

    /** Something that runs on the hosts and is closed at the end, whatever happens. */
    <T extends AutoCloseable> T runs(T something) {
        running.add(something);
        return something;
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        running.addAll(hosts);
        running.add(hub);
        List<Exception> failures = new ArrayList<>();
        for (AutoCloseable something : running) {
            try {
                something.close();
            } catch (Exception e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
    }
}
