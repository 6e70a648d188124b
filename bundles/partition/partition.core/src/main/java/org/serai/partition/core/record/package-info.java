/** The rows of the VIOS DB that belong to partitions, and how they may change. */
package org.serai.partition.core.record;
