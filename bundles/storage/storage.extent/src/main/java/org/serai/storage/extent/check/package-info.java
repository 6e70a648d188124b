/** Checks and repair of a whole pool, and recovery of an LU that was not closed in order. Private. */
package org.serai.storage.extent.check;
