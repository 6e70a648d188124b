/** The LU status table: who holds what, why somebody cannot have it, and breaking the locks of the dead. Private. */
package org.serai.storage.core.locks;
