/** Disk groups, tiers and their policies. Private. */
package org.serai.storage.core.group;
