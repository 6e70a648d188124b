/** What the pools tell when a lost database is restored from a backup. */
package org.serai.storage.core.restore;
