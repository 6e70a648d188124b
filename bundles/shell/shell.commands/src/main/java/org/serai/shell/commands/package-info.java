/** The commands of the domains: cluster, storage, targets, partitions. Each calls services and holds no logic. */
package org.serai.shell.commands;
