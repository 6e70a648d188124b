package org.serai.message.core;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Which transport carries the messages. */
@ObjectClassDefinition(name = "Cluster interconnect", description = "Which transport carries messages between nodes.")
@interface TransportChoice {
    /** The driver's name. */
    @AttributeDefinition(
            description = "The transport driver, as its bundle names it in the service property transport.driver:"
                    + " 'jgroups' between processes and machines, 'loopback' inside one process.")
    String driver() default "jgroups";
}
