/** Open LUs: reads, writes, flushes, and all that changes layers and places. Private. */
package org.serai.storage.extent.lu;
