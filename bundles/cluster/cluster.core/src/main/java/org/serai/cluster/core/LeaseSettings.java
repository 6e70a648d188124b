package org.serai.cluster.core;

import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.serai.cluster.ClusterError;
import org.serai.cluster.core.liveness.Timing;

/** The timing that a cluster made here gets, and this node's hardware watchdog. */
@Component(service = LeaseSettings.class, configurationPid = "org.serai.lease")
@Designate(ocd = LeaseSettings.Config.class)
public final class LeaseSettings {
    private final Timing timing;
    private final Optional<String> hardware;

    /** Refuses a timing by which a healthy node would be killed, or a stopped one overlooked. */
    @Activate
    public LeaseSettings(Config config) {
        timing = new Timing(
                within("lease.renewalMs", config.renewalMs(), 50, 60_000),
                within("lease.leaseMs", config.leaseMs(), 4 * config.renewalMs(), 600_000),
                within("lease.marginMs", config.marginMs(), config.renewalMs(), config.leaseMs() / 2));
        hardware = Optional.of(config.hardware()).filter(device -> !device.isEmpty());
    }

    private static long within(String key, long value, long min, long max) {
        if (value < min || value > max) {
            throw ClusterError.BAD_TIMING.error(
                    key + " cannot be " + value,
                    "it must be from " + min + " to " + max
                            + ": the lease at least four renewals, the margin from one renewal to half the lease",
                    "set " + key + " within that range");
        }
        return value;
    }

    /** The timing of a new cluster. */
    public Timing timing() {
        return timing;
    }

    /** The hardware watchdog that is fed too. */
    public Optional<String> hardware() {
        return hardware;
    }

    /** The keys. */
    @ObjectClassDefinition(
            name = "Lease",
            description =
                    "The timing of a cluster. It is read when a cluster is made here, and kept in its database: all"
                            + " members have the same, and a member refuses to change it.")
    public @interface Config {
        /** How often a node renews. */
        @AttributeDefinition(
                min = "50",
                max = "60000",
                description = "How often a node renews its lease on shared storage, in milliseconds: 50 to 60000.")
        long renewalMs() default 1000;

        /** The lease. */
        @AttributeDefinition(
                min = "200",
                max = "600000",
                description =
                        "A node that has not renewed for so many milliseconds is killed by its watchdog: 200 to 600000, and at least four renewals.")
        long leaseMs() default 8000;

        /** The margin. */
        @AttributeDefinition(
                min = "50",
                max = "300000",
                description =
                        "So many milliseconds before its lease ends a node stops serving, and so many after it others"
                                + " may take over: 50 to 300000, from one renewal to half the lease.")
        long marginMs() default 2000;

        /** The hardware watchdog. */
        @AttributeDefinition(
                description =
                        "The device of a hardware watchdog of this host, for example /dev/watchdog, which is then fed"
                                + " with each renewal and resets a host that hangs. Empty: none.")
        String hardware() default "";
    }
}
