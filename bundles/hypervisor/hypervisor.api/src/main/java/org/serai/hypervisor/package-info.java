/** Machines: what makes one, and how one behaves that runs. */
@Export
@Version("0.1.0")
package org.serai.hypervisor;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
