/** System calls on files and block devices, and what stands in for them. Knows nothing of pools. Private. */
package org.serai.storage.extent.io;
