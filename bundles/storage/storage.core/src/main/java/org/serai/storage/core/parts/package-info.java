/** Sub-partitions: slices of one LU, each locked and opened on its own. Private. */
package org.serai.storage.core.parts;
