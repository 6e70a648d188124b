/** The node's log: logback, set up in code, and what the framework and the OSGi log service say. */
package org.serai.launcher.logging;
