/** What a database engine implements. */
@Export
@Version("0.1.0")
package org.serai.database.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
