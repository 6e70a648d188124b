/** The instance directory of a node: layout, lock, configuration file, status file. */
package org.serai.launcher.instance;
