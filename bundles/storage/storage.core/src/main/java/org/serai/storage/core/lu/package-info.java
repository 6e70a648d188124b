/** Making, deleting, locking and opening LUs. Private. */
package org.serai.storage.core.lu;
