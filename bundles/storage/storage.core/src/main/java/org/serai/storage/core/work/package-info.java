/** Long work: its progress for whoever looks from any node, and its end when that is asked for. Private. */
package org.serai.storage.core.work;
