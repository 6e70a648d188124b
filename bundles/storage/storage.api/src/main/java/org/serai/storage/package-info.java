/** Pools and logical units as their users see them: made by name, opened under a lock with an epoch after the client is checked. */
@Export
@Version("0.1.0")
package org.serai.storage;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
