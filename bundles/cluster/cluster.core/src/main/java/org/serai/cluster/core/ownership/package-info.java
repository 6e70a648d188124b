/** What is owned, by whom, under which epoch; the journal; the clients: all rows of the VIOS DB. */
package org.serai.cluster.core.ownership;
