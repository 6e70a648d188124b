package org.serai.transport.jgroups;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;

/** Makes sockets on which members accept each other. */
final class MemberSockets extends ServerSocketFactory {
    private final SSLSocketFactory tls;

    MemberSockets(SSLContext context) {
        tls = context.getSocketFactory();
    }

    @Override
    public ServerSocket createServerSocket() throws IOException {
        return new GuardedServerSocket(tls);
    }

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
        return createServerSocket(port, 0);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) throws IOException {
        return bound(new InetSocketAddress(port), backlog);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress host) throws IOException {
        return bound(new InetSocketAddress(host, port), backlog);
    }

    private ServerSocket bound(InetSocketAddress address, int backlog) throws IOException {
        ServerSocket socket = createServerSocket();
        socket.bind(address, backlog);
        return socket;
    }
}
