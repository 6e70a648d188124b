/** Making, changing and deleting pools. Private. */
package org.serai.storage.core.pool;
