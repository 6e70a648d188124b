/** Changes of LUs by name: size, snapshots, clones, moves. Private. */
package org.serai.storage.core.change;
