package org.serai.vioapi.core.call;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/** The services of the domains as they are now. */
@ConsumerType
public interface Domains {
    /** A service, if it is there. */
    <T> Optional<T> find(Class<T> type);

    /** A service; an error that says what is missing otherwise. */
    <T> T get(Class<T> type);
}
