/** Events: derived from changes of rows in the transactions of these changes, kept in the VIOS DB, read by everybody. */
package org.serai.cluster.core.event;
