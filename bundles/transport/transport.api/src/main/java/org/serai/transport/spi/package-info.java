/** What a cluster interconnect implements. */
@Export
@Version("0.1.0")
package org.serai.transport.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
