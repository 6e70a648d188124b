/** JSON as partitions write it. */
package org.serai.partition.core.json;
