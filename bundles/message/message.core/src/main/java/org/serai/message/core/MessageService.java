package org.serai.message.core;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.serai.cluster.Membership;
import org.serai.database.Database;
import org.serai.message.Message;
import org.serai.message.MessageHandler;
import org.serai.message.MessageStats;
import org.serai.message.Messages;
import org.serai.message.Response;
import org.serai.message.TracedPacket;
import org.serai.message.Viod;
import org.serai.transport.spi.Transport;

/** The messages of a node while it is a member of a cluster. Transports, handlers and the database come and go. */
@Component(
        service = {Messages.class, Viod.class},
        immediate = true,
        configurationPid = "org.serai.transport")
@Designate(ocd = TransportChoice.class)
public final class MessageService implements Messages, Viod {
    private final BundleContext context;
    private final String driver;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("serai-message-", 0).factory());
    private final Map<ServiceReference<MessageHandler>, String> handlers = new ConcurrentHashMap<>();
    private final ScheduledExecutorService alarm = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("serai-message-alarm").daemon().factory());
    private final Interconnect interconnect;

    /** The component. */
    @Activate
    public MessageService(BundleContext context, TransportChoice choice, @Reference Membership membership) {
        this.context = context;
        driver = choice.driver();
        interconnect = new Interconnect(
                membership,
                this::handler,
                new Interconnect.Machinery(
                        threads,
                        alarm,
                        Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform()
                                .name("serai-interconnect")
                                .daemon()
                                .factory()),
                        new SecureRandom(),
                        System::nanoTime));
    }

    @Deactivate
    void deactivate() {
        interconnect.close();
        alarm.shutdownNow();
        threads.shutdown();
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindTransport(Transport transport, Map<String, Object> properties) {
        if (driver.equals(properties.get("transport.driver"))) {
            interconnect.use(transport);
        }
    }

    void unbindTransport(Transport transport, Map<String, Object> properties) {
        if (driver.equals(properties.get("transport.driver"))) {
            interconnect.unless(transport);
        }
    }

    /** By reference only: a handler that needs {@link Messages} itself must not be made while this one is. */
    @Reference(
            service = MessageHandler.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    void bindHandler(ServiceReference<MessageHandler> handler) {
        handlers.put(handler, String.valueOf(handler.getProperty("message.topic")));
    }

    void unbindHandler(ServiceReference<MessageHandler> handler) {
        handlers.remove(handler);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindDatabase(Database database) {
        interconnect.hint(database);
    }

    void unbindDatabase(Database database) {
        interconnect.hintNoMore(database);
    }

    private Optional<MessageHandler> handler(String topic) {
        return handlers.entrySet().stream()
                .filter(entry -> entry.getValue().equals(topic))
                .map(Map.Entry::getKey)
                .max(Comparator.naturalOrder())
                .flatMap(reference -> Optional.ofNullable(context.getService(reference)));
    }

    @Override
    public void broadcast(String topic, byte[] payload) {
        interconnect.requests().broadcast(topic, payload);
    }

    @Override
    public byte[] request(UUID node, String topic, byte[] payload, Duration timeout) {
        return interconnect.requests().request(node, topic, payload, timeout);
    }

    @Override
    public Set<UUID> view() {
        return interconnect.requests().view();
    }

    @Override
    public Sending send(Message message, Consumer<Response> caller) {
        return interconnect.daemon().send(message, caller);
    }

    @Override
    public MessageStats stats() {
        return interconnect.daemon().stats();
    }

    @Override
    public Tracing trace(Consumer<TracedPacket> listener) {
        return interconnect.daemon().trace(listener);
    }
}
