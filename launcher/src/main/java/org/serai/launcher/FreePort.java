package org.serai.launcher;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.random.RandomGenerator;
import org.serai.platform.PlatformError;

/**
 * Finds a TCP port for a new instance to keep. It is drawn from below the range of which the kernel takes ports for
 * outgoing connections, so that none of these holds it when the node starts again.
 */
final class FreePort {
    private static final int FIRST = 20_000;
    private static final int BEHIND_LAST = 32_000;
    private static final int TRIES = 100;

    private FreePort() {}

    static int find(RandomGenerator random) {
        for (int i = 0; i < TRIES; i++) {
            int port = random.nextInt(FIRST, BEHIND_LAST);
            if (isFree(port)) {
                return port;
            }
        }
        throw PlatformError.BAD_INSTANCE.error(
                "No free TCP port was found for the new instance",
                TRIES + " ports from " + FIRST + " to " + (BEHIND_LAST - 1) + " are in use",
                "give one: --set iscsi.port=PORT");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(port));
            return true;
        } catch (IOException inUse) {
            return false;
        }
    }
}
