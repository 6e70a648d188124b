/** Redundant LUs: a live copy beside each, what may differ after a crash, and how the two become alike again. Private. */
package org.serai.storage.core.redundancy;
