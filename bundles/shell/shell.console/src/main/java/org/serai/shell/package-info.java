/**
 * What a bundle needs to add commands to the shell: a service {@link org.serai.shell.CommandGroup}, and what its methods
 * take and return.
 */
@Export
@Version("0.1.0")
package org.serai.shell;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
