package org.serai.transport.fault;

import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.serai.ffdc.SeraiException;
import org.serai.transport.spi.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Offers the driver {@code fault} while the one that it wraps is there. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "org.serai.transport.fault")
@Designate(ocd = FaultComponent.Config.class)
public final class FaultComponent {
    private static final Logger LOG = LoggerFactory.getLogger(FaultComponent.class);

    private final BundleContext context;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("serai-transport-fault").daemon().factory());
    private final Faults faults =
            new Faults(new SecureRandom(), (delayMs, task) -> clock.schedule(task, delayMs, TimeUnit.MILLISECONDS));
    private final Map<String, Transport> drivers = new HashMap<>();
    private String wanted;
    private Optional<Offer> offer = Optional.empty();

    private record Offer(Transport wrapped, ServiceRegistration<Transport> registration) {}

    /** Begins to offer the driver. */
    @Activate
    public FaultComponent(BundleContext context, Config config) {
        this.context = context;
        wanted = config.driver();
        faults.set(Rule.parseAll(config.rules()));
    }

    @Modified
    synchronized void modified(Config config) {
        try {
            faults.set(Rule.parseAll(config.rules()));
        } catch (SeraiException e) {
            LOG.warn("The rules stay as they are: {}", e.getMessage());
        }
        wanted = config.driver();
        update();
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            target = "(!(transport.driver=fault))")
    synchronized void bindDriver(Transport driver, Map<String, Object> properties) {
        drivers.put(String.valueOf(properties.get("transport.driver")), driver);
        update();
    }

    synchronized void unbindDriver(Transport driver, Map<String, Object> properties) {
        drivers.remove(String.valueOf(properties.get("transport.driver")), driver);
        update();
    }

    @Deactivate
    synchronized void deactivate() {
        drivers.clear();
        update();
        clock.shutdownNow();
    }

    /** Whoever is on a transport that has gone leaves it when its service goes. */
    private void update() {
        Optional<Transport> now = Optional.ofNullable(drivers.get(wanted));
        if (offer.isPresent() && now.filter(offer.get().wrapped::equals).isEmpty()) {
            ServiceRegistration<Transport> over = offer.get().registration;
            offer = Optional.empty();
            over.unregister();
        }
        if (offer.isEmpty()) {
            offer = now.map(wrapped -> new Offer(
                    wrapped,
                    context.registerService(
                            Transport.class,
                            new FaultTransport(wrapped, faults),
                            new Hashtable<>(Map.of("transport.driver", "fault")))));
        }
    }

    /** The keys. */
    @ObjectClassDefinition(
            name = "Transport faults",
            description = "The transport fault, for tests: another transport, with faults. It is in no node by itself.")
    public @interface Config {
        /** The transport that is wrapped. */
        @AttributeDefinition(description = "The transport that is wrapped, for example jgroups or loopback.")
        String driver() default "jgroups";

        /** The faults. */
        @AttributeDefinition(
                description = "The faults, each as EFFECT [N%] [to=NODE|from=NODE|of=NODE] [times=N]. Effects: lose,"
                        + " double, delay:MS, reorder:MS (what follows may come first). N% of the messages, all without"
                        + " it; sent to, received from, or both, of the node with that UUID, all without it.")
        String[] rules() default {};
    }
}
