/** What a hypervisor backend implements. */
@Export
@Version("0.1.0")
package org.serai.hypervisor.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
