/** Pools on shared files and block devices. {@code docs/format.md} says what is on a PV. Private. */
package org.serai.storage.extent;
