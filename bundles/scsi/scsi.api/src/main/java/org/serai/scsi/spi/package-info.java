/** The seam between a target transport (iSCSI, later shared memory) and command execution. */
@Export
@Version("0.1.0")
package org.serai.scsi.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
