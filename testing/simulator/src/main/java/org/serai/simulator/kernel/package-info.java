/** The one thread: simulated time, processes that can be stopped or killed at any step, and what production takes for threads. */
package org.serai.simulator.kernel;
