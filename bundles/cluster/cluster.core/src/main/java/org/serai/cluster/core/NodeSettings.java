package org.serai.cluster.core;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.serai.cluster.core.identity.Names;

/** The configuration of this node. */
@Component(service = NodeSettings.class, configurationPid = "org.serai.node")
@Designate(ocd = NodeSettings.Config.class)
public final class NodeSettings {
    private final String name;

    /** Refuses a name that is none. */
    @Activate
    public NodeSettings(Config config) {
        name = config.name().isEmpty() ? "" : Names.check("node.name", config.name());
    }

    /** The name as configured; empty if it is not. */
    public String name() {
        return name;
    }

    /** The keys. */
    @ObjectClassDefinition(name = "Node", description = "What this node is called.")
    public @interface Config {
        /** The node's name. */
        @AttributeDefinition(
                description = "The node's name, unique in the cluster: 1 to 63 letters, digits, dots, hyphens and"
                        + " underscores. Empty: the name of the instance directory.")
        String name() default "";
    }
}
