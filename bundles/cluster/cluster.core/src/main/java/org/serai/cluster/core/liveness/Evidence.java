package org.serai.cluster.core.liveness;

import java.util.Optional;
import java.util.UUID;

/** Evidence of the end of an incarnation from elsewhere than the lease areas. */
public interface Evidence {
    /** None. */
    Evidence NONE = new Evidence() {
        @Override
        public Optional<Finding> known(UUID node, UUID incarnation) {
            return Optional.empty();
        }

        @Override
        public Optional<Finding> force(UUID node, UUID incarnation) {
            return Optional.empty();
        }
    };

    /** What is known without doing anything to the node. */
    Optional<Finding> known(UUID node, UUID incarnation);

    /** Makes sure by force that it is over, if there is a way to; asked once its gate must have closed by itself. */
    Optional<Finding> force(UUID node, UUID incarnation);
}
