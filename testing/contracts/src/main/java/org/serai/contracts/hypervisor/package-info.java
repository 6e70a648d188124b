/** The contract of hypervisor backends, and the real test guest with which it is proven. */
@Export
@Version("0.1.0")
package org.serai.contracts.hypervisor;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
