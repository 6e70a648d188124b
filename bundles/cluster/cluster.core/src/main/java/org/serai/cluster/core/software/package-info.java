/** Bundles that every node of the cluster runs: how they are stored, and brought into a node's framework. */
package org.serai.cluster.core.software;
