/** What storage drivers offer to liveness and fencing. */
@Export
@Version("0.1.0")
package org.serai.cluster.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
