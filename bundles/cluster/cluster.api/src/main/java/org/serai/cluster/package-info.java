/** Cluster awareness: who this node is, who the others are, who lives, who owns what under which epoch, and the journal of operations. */
@Export
@Version("0.1.0")
package org.serai.cluster;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
