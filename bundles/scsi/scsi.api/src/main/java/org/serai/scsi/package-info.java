/** Virtual SCSI as its callers see it: LUs exported to initiators. */
@Export
@Version("0.1.0")
package org.serai.scsi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
