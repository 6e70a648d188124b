/** Clusters of many nodes: how long things take in simulated time, and what they cost. */
package org.serai.simulator.size;
