/** Pools as heartbeats see them: slots that are written and read with delays, over paths that break. */
package org.serai.simulator.storage;
