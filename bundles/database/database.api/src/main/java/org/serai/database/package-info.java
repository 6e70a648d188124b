/** The VIOS DB as its callers see it: serialised write transactions over records, a change log with revisions, and local views that cost no round trip. */
@Export
@Version("0.1.0")
package org.serai.database;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
