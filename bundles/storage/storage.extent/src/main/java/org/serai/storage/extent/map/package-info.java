/** Where an LU's extents are: layers, their maps on the PVs, and the part of them in memory. Private. */
package org.serai.storage.extent.map;
