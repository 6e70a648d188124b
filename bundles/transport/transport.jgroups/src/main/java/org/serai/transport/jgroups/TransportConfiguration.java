package org.serai.transport.jgroups;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Where the cluster interconnect listens. */
@ObjectClassDefinition(name = "Cluster interconnect", description = "Where this node listens for the other nodes.")
@interface TransportConfiguration {
    /** The address of one of this machine's interfaces. */
    @AttributeDefinition(
            description = "Address of the interface on which this node listens for other nodes; an address that they"
                    + " can reach when the cluster has more than one machine.")
    String host() default "127.0.0.1";

    /** The TCP port. */
    @AttributeDefinition(
            description = "TCP port on which this node listens for other nodes; 0 takes any free one, which the others"
                    + " find in the VIOS DB. The failure detector listens 100 to 103 ports higher.",
            min = "0",
            max = "65535")
    int port() default 0;

    /** Whether members authenticate each other. */
    @AttributeDefinition(
            description = "Whether nodes prove to each other that they hold the cluster's secret, and encrypt what they"
                    + " say. Alike on all nodes. Off only where nobody else reaches the network: without it whoever"
                    + " reaches the port is a node.")
    boolean tls() default true;
}
