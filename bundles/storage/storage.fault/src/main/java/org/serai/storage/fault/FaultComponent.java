package org.serai.storage.fault;

import java.util.HashMap;
import java.util.Hashtable;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
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
import org.serai.storage.spi.StorageDriver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Offers the driver {@code fault} while the one that it wraps is there. */
@Component(
        service = {},
        immediate = true,
        configurationPid = "org.serai.storage.fault")
@Designate(ocd = FaultComponent.Config.class)
public final class FaultComponent {
    private static final Logger LOG = LoggerFactory.getLogger(FaultComponent.class);

    private final BundleContext context;
    private final Faults faults = new Faults(millis -> {
        for (long end = System.nanoTime() + millis * 1_000_000, left; (left = end - System.nanoTime()) > 0; ) {
            LockSupport.parkNanos(left);
        }
    });
    private final Map<String, StorageDriver> drivers = new HashMap<>();
    private String wanted;
    private Optional<Offer> offer = Optional.empty();

    private record Offer(StorageDriver wrapped, ServiceRegistration<StorageDriver> registration) {}

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
            target = "(!(storage.driver=fault))")
    synchronized void bindDriver(StorageDriver driver, Map<String, Object> properties) {
        drivers.put(String.valueOf(properties.get("storage.driver")), driver);
        update();
    }

    synchronized void unbindDriver(StorageDriver driver, Map<String, Object> properties) {
        drivers.remove(String.valueOf(properties.get("storage.driver")), driver);
        update();
    }

    @Deactivate
    synchronized void deactivate() {
        drivers.clear();
        update();
    }

    /** Whoever uses pools of a driver that has gone closes them when its service goes. */
    private void update() {
        Optional<StorageDriver> now = Optional.ofNullable(drivers.get(wanted));
        if (offer.isPresent() && now.filter(offer.get().wrapped::equals).isEmpty()) {
            ServiceRegistration<StorageDriver> over = offer.get().registration;
            offer = Optional.empty();
            over.unregister();
        }
        if (offer.isEmpty()) {
            offer = now.map(wrapped -> new Offer(
                    wrapped,
                    context.registerService(
                            StorageDriver.class,
                            new FaultDriver(wrapped, faults),
                            new Hashtable<>(Map.of("storage.driver", "fault")))));
        }
    }

    /** The keys. */
    @ObjectClassDefinition(
            name = "Storage faults",
            description =
                    "The storage driver fault, for tests: another driver, with faults. It is in no node by itself.")
    public @interface Config {
        /** The driver that is wrapped. */
        @AttributeDefinition(description = "The storage driver that is wrapped, for example extent or simulated.")
        String driver() default "extent";

        /** The faults. */
        @AttributeDefinition(
                description =
                        "The faults, each as OPERATION EFFECT [after=N] [times=N] [of=UUID]. Operations: read, write,"
                                + " flush, discard, change, pool, look, lease, any. Effects: error, late (done, but the"
                                + " caller is told that it failed), short (half is done), skip (a flush that does"
                                + " nothing), delay:MS, stall (until the rule is taken away), away.")
        String[] rules() default {};
    }
}
