package org.serai.vioapi.http;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who may connect to the local socket: the instance's user and root, as the kernel knows the peer. */
final class LocalPeers {
    private static final Logger SECURITY = LoggerFactory.getLogger("org.serai.security");

    private final String user;

    private LocalPeers(String user) {
        this.user = user;
    }

    /** For a socket, whose owner is the instance's user. */
    static LocalPeers of(Path socket) throws IOException {
        return new LocalPeers(Files.getOwner(socket).getName());
    }

    /** The instance's user. */
    String user() {
        return user;
    }

    /** The socket's mode says the same; this holds too where somebody has changed that. */
    boolean mayEnter(SocketChannel channel) throws IOException {
        String peer =
                channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
        boolean may = peer.equals(user) || peer.equals("root");
        if (!may) {
            SECURITY.warn("user {} was refused at the local socket of the VIOS API", peer);
        }
        return may;
    }
}
