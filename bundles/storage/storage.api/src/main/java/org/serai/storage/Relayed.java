package org.serai.storage;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** What this node does for nodes that do not reach PVs themselves. A service while this node belongs to a cluster. */
@ProviderType
public interface Relayed {
    /** For each node and PV, ordered by both; also what has ended. */
    List<RelayedIo> io();
}
