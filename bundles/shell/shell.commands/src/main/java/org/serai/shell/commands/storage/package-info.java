/** Commands for pools, PVs, disk groups, tiers, LUs and their locks. Private. */
package org.serai.shell.commands.storage;
