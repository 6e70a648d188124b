/** The primary node: its election, and who writes down how the nodes stand. */
package org.serai.cluster.core.primary;
