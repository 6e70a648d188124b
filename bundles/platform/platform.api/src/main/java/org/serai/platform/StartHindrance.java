package org.serai.platform;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Tells what keeps a node from its place in its cluster until somebody acts. Offered as a service by who knows; asked
 * while the launcher waits for that place, so that nobody waits for what does not come.
 */
@ConsumerType
public interface StartHindrance {
    /** What is the matter, as sentences; empty while the node may still come to its place, or is there. */
    Optional<String> hindrance();
}
