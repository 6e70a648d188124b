/** Journalled operations on partitions. */
package org.serai.partition.core;
