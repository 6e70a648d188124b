/** Threads and sleep as the cluster core needs them, so that a simulation can play them on one thread. */
package org.serai.cluster.core.time;
