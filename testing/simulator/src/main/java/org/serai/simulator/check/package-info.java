/** What must be true at every step, and what at the end. */
package org.serai.simulator.check;
