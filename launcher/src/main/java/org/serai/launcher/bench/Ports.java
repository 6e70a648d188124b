package org.serai.launcher.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Ports of the loopback address, for peers. */
final class Ports {
    private static final long START_NS = 60_000_000_000L;

    private Ports() {}

    static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Returns once somebody listens there; an error if the daemon ends instead. */
    static void await(int port, Process daemon) throws InterruptedException {
        long deadline = System.nanoTime() + START_NS;
        while (System.nanoTime() < deadline) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
                return;
            } catch (IOException notYet) {
                if (!daemon.isAlive()) {
                    throw new IllegalStateException("a peer ended with exit code " + daemon.exitValue(), notYet);
                }
                Thread.sleep(10);
            }
        }
        throw new IllegalStateException("a peer did not listen within 60 s");
    }
}
