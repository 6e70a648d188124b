package org.serai.partition.core;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of partitions on this node, PID {@code org.serai.partition}. */
@ObjectClassDefinition(name = "Partitions", description = "How this node runs partitions.")
@interface PartitionSettings {
    /** The longest a running partition is given to shut down when the node stops. */
    @AttributeDefinition(
            name = "Grace at the node's stop",
            description = "How many milliseconds a running partition is given to shut down when this node stops, from 0"
                    + " to 600000; then it is ended.",
            min = "0",
            max = "600000")
    int stopGraceMs() default 5000;

    /** The longest an operation on another node is waited for. */
    @AttributeDefinition(
            name = "Time for another node's answer",
            description = "How many milliseconds an operation that another node does is waited for, from 1000 to"
                    + " 86400000. The operation itself goes on there, however long it takes.",
            min = "1000",
            max = "86400000")
    int requestTimeoutMs() default 600000;
}
