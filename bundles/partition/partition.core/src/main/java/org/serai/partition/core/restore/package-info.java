/** What becomes of partitions when a lost database is restored from a backup. */
package org.serai.partition.core.restore;
