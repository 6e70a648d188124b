/** The pools that this node has open, and the right to change what nodes share there. Private. */
package org.serai.storage.core.attach;
