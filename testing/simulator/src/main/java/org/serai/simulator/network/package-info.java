/** A wire that loses, doubles, delays, reorders and parts, as the seed wants it. */
package org.serai.simulator.network;
