/** A node's process: production's classes put together as its bundles do, and the work that is done with them. */
package org.serai.simulator.node;
