/** Who this node is: its UUID, its host, its instance directory. */
package org.serai.cluster.core.identity;
