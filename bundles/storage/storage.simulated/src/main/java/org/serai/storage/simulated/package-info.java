/** Pools in memory. Private. */
package org.serai.storage.simulated;
