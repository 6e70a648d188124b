/** Messages between the nodes of a cluster. */
@Export
@Version("0.1.0")
package org.serai.message;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
