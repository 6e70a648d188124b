/** What a storage driver implements: a small mandatory part and capabilities as extra interfaces. */
@Export
@Version("0.1.0")
package org.serai.storage.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
