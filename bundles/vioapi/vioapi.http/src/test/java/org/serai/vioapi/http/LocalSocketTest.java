package org.serai.vioapi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.ffdc.SeraiException;
import org.serai.vioapi.Role;
import org.serai.vioapi.VioApiError;

/** The socket of the instance. */
class LocalSocketTest {
    @TempDir
    private Path folder;

    private final Echo api = new Echo();

    private Path file() {
        return folder.resolve("run").resolve("vioapi.sock");
    }

    private String ask(String body) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(file()));
            String request = "POST /vio/1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                    + "Content-Type: application/xml\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void theFirstWhoConnectsIsServedAndAdministersWithoutAToken() throws Exception {
        try (LocalSocket socket = LocalSocket.listen(file())) {
            CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> {
                try {
                    return ask("<first/>");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertThat(socket.awaitFirst()).isTrue();
            try (HttpServer server = HttpServer.local(api, socket)) {
                assertThat(server).isNotNull();
                assertThat(first.get()).contains("200 OK").contains("XML XML @").contains("<first/>");
                assertThat(ask("<second/>")).contains("<second/>");
                assertThat(api.caller.get().role()).isEqualTo(Role.ADMINISTER);
                assertThat(api.caller.get().name()).isEqualTo("@" + System.getProperty("user.name"));
            }
        }
        assertThat(file()).doesNotExist();
    }

    @Test
    void onlyItsUserReachesIt() throws Exception {
        try (LocalSocket socket = LocalSocket.listen(file())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.file())))
                    .isEqualTo("rw-------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("run"))))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void oneThatWasLeftIsReplacedAndOneThatIsUsedIsNot() throws Exception {
        Files.createDirectories(file().getParent());
        try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixDomainSocketAddress.of(file()));
        }
        assertThat(file()).exists();
        try (LocalSocket socket = LocalSocket.listen(file())) {
            assertThat(socket.channel().isOpen()).isTrue();
            assertThatExceptionOfType(SeraiException.class)
                    .isThrownBy(() -> LocalSocket.listen(file()))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(VioApiError.NOT_LISTENING));
        }
    }

    @Test
    void aSocketThatIsClosedWaitsForNobody() throws Exception {
        LocalSocket socket = LocalSocket.listen(file());
        CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(socket::awaitFirst);
        socket.close();
        assertThat(waiting.get()).isFalse();
    }

    @Test
    void aLongPathIsNoObstacle() {
        Path deep = folder.resolve("a".repeat(100)).resolve("b".repeat(100)).resolve("vioapi.sock");
        try (LocalSocket socket = LocalSocket.listen(deep)) {
            assertThat(socket.file()).exists();
        }
    }
}
