/** What the launcher offers to the bundles that it runs: settings, features, log levels. */
@Export
@Version("0.1.0")
package org.serai.platform;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
