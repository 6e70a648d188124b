package org.serai.shell;

import org.osgi.annotation.versioning.ConsumerType;

/** Tells the console what this node is called, for the prompt. An optional service. */
@ConsumerType
@FunctionalInterface
public interface NodeName {
    /** The name as it is now. */
    String nodeName();
}
