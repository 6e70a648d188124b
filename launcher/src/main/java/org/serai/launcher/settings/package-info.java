/** The keys that can be configured, read from the metatype of the bundles, and their checks. */
package org.serai.launcher.settings;
