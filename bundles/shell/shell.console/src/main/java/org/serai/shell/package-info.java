/** What a bundle needs to add commands to the shell. */
@Export
@Version("0.1.0")
package org.serai.shell;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
