/** What is in extents, with and without checksums. Private. */
package org.serai.storage.extent.data;
