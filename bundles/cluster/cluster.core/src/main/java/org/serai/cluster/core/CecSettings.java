package org.serai.cluster.core;

import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.serai.cluster.HostId;
import org.serai.cluster.core.identity.HostReader;

/** The configuration of the CEC, and what is read from the machine where it is silent. */
@Component(service = CecSettings.class, configurationPid = "org.serai.cec")
@Designate(ocd = CecSettings.Config.class)
public final class CecSettings {
    private final Optional<HostId> host;

    /** Refuses what cannot stand in a location code. */
    @Activate
    public CecSettings(Config config) {
        host = new HostReader(Path.of("/sys/class/dmi/id"), Path.of("/etc/machine-id"))
                .read(config.serial(), config.type(), config.model());
    }

    /** The host component id; of a host that tells none, the id of the CEC that this node plays. */
    public HostId host(UUID node) {
        return host.orElseGet(() -> HostReader.ofNode(node));
    }

    /** The keys. */
    @ObjectClassDefinition(
            name = "CEC",
            description =
                    "The host component id, where it is not to be read from the machine: several CECs played on one"
                            + " machine need one each.")
    public @interface Config {
        /** The serial number. */
        @AttributeDefinition(
                description =
                        "The serial number; letters, digits and hyphens. Empty: all three are read from the machine.")
        String serial() default "";

        /** The machine type. */
        @AttributeDefinition(description = "The machine type; letters, digits and hyphens.")
        String type() default "";

        /** The model. */
        @AttributeDefinition(description = "The model; letters, digits and hyphens.")
        String model() default "";
    }
}
