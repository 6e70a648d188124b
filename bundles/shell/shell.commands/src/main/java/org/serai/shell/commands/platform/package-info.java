/** Commands for the platform itself: drivers, features, configuration, log levels, bundles. */
package org.serai.shell.commands.platform;
