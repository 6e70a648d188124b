/** The framework with its bundles: features, repository, start, readiness. */
package org.serai.launcher.framework;
