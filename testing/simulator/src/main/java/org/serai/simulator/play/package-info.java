/** One seed: the cluster that it makes, what befalls it, and the judgement. */
package org.serai.simulator.play;
