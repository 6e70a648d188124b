/** PVs through neighbours: how a node that does not reach a PV goes on, and how the neighbour serves it. */
package org.serai.storage.core.relay;
