/** Heartbeats on shared storage: this node's lease, what it sees of the others, the gate, and the watchdog. */
package org.serai.cluster.core.liveness;
