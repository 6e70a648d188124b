/** The hibernation image: everything that makes a partition run again, in one checksummed stream in an LU. */
package org.serai.partition.core.image;
