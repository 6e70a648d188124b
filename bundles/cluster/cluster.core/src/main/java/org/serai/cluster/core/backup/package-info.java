/** The configuration backup: its file, and the restore of a database that is lost. */
package org.serai.cluster.core.backup;
