/** PVs: their superblocks and layout, the form of all metadata pages, and PVs that go away and come back. Private. */
package org.serai.storage.extent.pv;
