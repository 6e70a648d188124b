/** The one form of error of the whole platform: a stable code, what happened, the cause, what to do. */
@Export
@Version("0.1.0")
package org.serai.ffdc;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
