package org.serai.cluster.core.liveness;

import java.util.Optional;

/** Turns hosts off. */
public interface PowerFence {
    /** What is known if the host of that node is off now; empty if it is not known to be. */
    Optional<String> fence(String node);
}
