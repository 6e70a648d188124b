/** Belonging to a cluster: rows, the stored membership, the join token, and what runs while it lasts. */
package org.serai.cluster.core.member;
