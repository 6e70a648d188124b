/** Hosts with their clocks, what is installed on them, and the watchdogs that kill there. */
package org.serai.simulator.machine;
