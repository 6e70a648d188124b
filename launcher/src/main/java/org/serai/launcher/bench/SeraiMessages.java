package org.serai.launcher.bench;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.serai.message.Message;
import org.serai.message.Receipts;
import org.serai.message.core.daemon.Daemon;
import org.serai.message.core.daemon.Handlers;
import org.serai.message.core.daemon.Patience;
import org.serai.message.core.vke.Registry;
import org.serai.transport.jgroups.JGroupsTransport;
import org.serai.transport.spi.Link;
import org.serai.transport.spi.Transport;

/** Daemons on the transport jgroups, as nodes have them. */
final class SeraiMessages implements MessageSide {
    private static final String TOPIC = "bench";

    private final UUID cluster = UUID.randomUUID();
    private final List<UUID> nodes;
    private final List<String> addresses = new CopyOnWriteArrayList<>();
    private final List<Link> links = new ArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService alarm = Executors.newSingleThreadScheduledExecutor();
    private final Daemon first;

    SeraiMessages(int members) {
        nodes = Stream.generate(UUID::randomUUID).limit(members).toList();
        List<Daemon> daemons = nodes.stream().map(this::daemon).toList();
        first = daemons.getFirst();
        Waiting.until(() -> links.stream().allMatch(link -> link.view().size() == members));
    }

    private Daemon daemon(UUID node) {
        Daemon daemon = new Daemon(
                node,
                new Fixed(),
                new Handlers(topic -> Optional.of((_, payload) -> payload)),
                threads,
                new SecureRandom(),
                System::nanoTime,
                (delayMs, task) -> alarm.schedule(task, delayMs, TimeUnit.MILLISECONDS),
                Patience.USUAL);
        Link link = new JGroupsTransport("127.0.0.1", 0, true)
                .join(new Transport.Settings(cluster, node, new byte[32], () -> List.copyOf(addresses)), daemon.vke());
        addresses.add(link.address());
        daemon.vke().use(Optional.of(link));
        links.add(link);
        return daemon;
    }

    /** All are registered from the start. */
    private final class Fixed implements Registry {
        @Override
        public List<UUID> nodes() {
            return nodes;
        }

        @Override
        public String wire() {
            return "jgroups+tls";
        }

        @Override
        public Optional<String> otherWire(UUID node) {
            return Optional.empty();
        }
    }

    @Override
    public void directed() throws Exception {
        await(Message.to(Set.of(nodes.get(1)), TOPIC, new byte[PAYLOAD_BYTES]));
    }

    @Override
    public void broadcast() throws Exception {
        await(Message.toAll(TOPIC, new byte[PAYLOAD_BYTES]));
    }

    private void await(Message message) throws Exception {
        Receipts receipts = first.send(message.withReceipts()).receipts().get();
        if (!receipts.complete()) {
            throw new IllegalStateException("a receipt is missing");
        }
    }

    @Override
    public void close() {
        links.forEach(Link::close);
        alarm.shutdownNow();
        threads.shutdown();
    }
}
