/** Client partitions: definition, life cycle, hibernation and remote restart. */
@Export
@Version("0.1.0")
package org.serai.partition;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
