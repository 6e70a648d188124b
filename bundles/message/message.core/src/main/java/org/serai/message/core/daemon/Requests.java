package org.serai.message.core.daemon;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.serai.message.Message;
import org.serai.message.Messages;
import org.serai.message.Response;
import org.serai.message.Viod;
import org.serai.message.core.vke.Registry;
import org.serai.message.core.vke.Vke;
import org.serai.transport.spi.Link;

/** The short way: the only place that waits. */
public final class Requests implements Messages {
    private final UUID self;
    private final Viod viod;
    private final Vke vke;
    private final Registry registry;

    /** Over a daemon and its VKE. */
    public Requests(UUID self, Daemon daemon, Registry registry) {
        this.self = self;
        this.registry = registry;
        viod = daemon;
        vke = daemon.vke();
    }

    @Override
    public void broadcast(String topic, byte[] payload) {
        viod.send(Message.toAll(topic, payload));
    }

    @Override
    public byte[] request(UUID node, String topic, byte[] payload, Duration timeout) {
        registry.otherWire(node).ifPresent(wire -> {
            throw Errors.otherTransport(topic, node, wire);
        });
        CompletableFuture<List<Response>> responses = viod.send(
                        Message.to(Set.of(node), topic, payload).withReceipts().withResponse(timeout))
                .responses();
        try {
            return switch (responses.get().getFirst()) {
                case Response.Answer answer -> answer.payload();
                case Response.Failure failure -> throw failure.error();
            };
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw Errors.noAnswer(topic, node, "waiting for it was interrupted");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public Set<UUID> view() {
        return vke.link().map(Link::view).filter(nodes -> !nodes.isEmpty()).orElse(Set.of(self));
    }
}
