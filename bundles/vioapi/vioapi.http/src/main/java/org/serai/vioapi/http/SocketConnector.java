package org.serai.vioapi.http;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;

/**
 * Connections of a Unix socket that listens already. Jetty's own connector for such sockets makes them itself: it would
 * have to be started before anybody connects, and takes whoever connects.
 */
final class SocketConnector extends AbstractConnector {
    private static final int SELECTORS = 1;
    private static final int ACCEPTORS = 1;

    private final ServerSocketChannel listening;
    private final LocalPeers peers;
    private final int connectionsMax;
    private final Manager manager;

    SocketConnector(
            Server server,
            ServerSocketChannel listening,
            LocalPeers peers,
            int connectionsMax,
            ConnectionFactory factory) {
        super(server, null, null, null, ACCEPTORS, factory);
        this.listening = listening;
        this.peers = peers;
        this.connectionsMax = connectionsMax;
        this.manager = new Manager();
        addBean(manager, true);
    }

    @Override
    protected void doStart() throws Exception {
        getBeans(Connection.Listener.class).forEach(manager::addEventListener);
        super.doStart();
    }

    @Override
    protected void accept(int acceptor) throws IOException {
        SocketChannel channel = listening.accept();
        boolean entered = false;
        try {
            if (getConnectedEndPoints().size() < connectionsMax && peers.mayEnter(channel)) {
                channel.configureBlocking(false);
                manager.accept(channel);
                entered = true;
            }
        } finally {
            if (!entered) {
                channel.close();
            }
        }
    }

    @Override
    public Object getTransport() {
        return listening;
    }

    private final class Manager extends SelectorManager {
        Manager() {
            super(SocketConnector.this.getExecutor(), SocketConnector.this.getScheduler(), SELECTORS);
        }

        @Override
        protected EndPoint newEndPoint(SelectableChannel channel, ManagedSelector selector, SelectionKey key) {
            SocketChannelEndPoint endPoint =
                    new SocketChannelEndPoint((SocketChannel) channel, selector, key, getScheduler());
            endPoint.setIdleTimeout(getIdleTimeout());
            return endPoint;
        }

        @Override
        public Connection newConnection(SelectableChannel channel, EndPoint endPoint, Object attachment) {
            return getDefaultConnectionFactory().newConnection(SocketConnector.this, endPoint);
        }

        @Override
        protected void endPointOpened(EndPoint endPoint) {
            super.endPointOpened(endPoint);
            onEndPointOpened(endPoint);
        }

        @Override
        protected void endPointClosed(EndPoint endPoint) {
            onEndPointClosed(endPoint);
            super.endPointClosed(endPoint);
        }
    }
}
