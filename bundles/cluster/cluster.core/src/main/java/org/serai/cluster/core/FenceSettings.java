package org.serai.cluster.core;

import java.util.Arrays;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.serai.cluster.ClusterError;
import org.serai.cluster.core.liveness.FenceCommand;
import org.serai.cluster.core.liveness.PowerFence;

/** How this node turns another host off. */
@Component(service = FenceSettings.class, configurationPid = "org.serai.fence")
@Designate(ocd = FenceSettings.Config.class)
public final class FenceSettings {
    private final Optional<PowerFence> power;

    /** Refuses a time limit by which nothing could be turned off. */
    @Activate
    public FenceSettings(Config config) {
        if (config.timeoutMs() < 1000 || config.timeoutMs() > 600_000) {
            throw ClusterError.BAD_TIMING.error(
                    "fence.timeoutMs cannot be " + config.timeoutMs(),
                    "it must be from 1000 to 600000",
                    "set fence.timeoutMs within that range");
        }
        power = config.command().isBlank()
                ? Optional.empty()
                : Optional.of(
                        new FenceCommand(Arrays.asList(config.command().strip().split(" +")), config.timeoutMs()));
    }

    /** The command, if there is one. */
    public Optional<PowerFence> power() {
        return power;
    }

    /** The keys. */
    @ObjectClassDefinition(
            name = "Power fencing",
            description = "How the host of a node that is silent is turned off, so that what it held can be taken over"
                    + " sooner.")
    public @interface Config {
        /** The command. */
        @AttributeDefinition(
                description = "A program with its arguments, separated by blanks, to which the node's name is added. It"
                        + " ends with 0 only if that node's host is off. Empty: none.")
        String command() default "";

        /** The time limit. */
        @AttributeDefinition(description = "After so many milliseconds the command is killed and counts as failed.")
        long timeoutMs() default 30_000;
    }
}
