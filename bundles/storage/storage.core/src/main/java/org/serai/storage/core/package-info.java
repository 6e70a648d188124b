/** Pools and LUs over any driver: rows, locks, client checks, and the upkeep of what nodes leave behind. Private. */
package org.serai.storage.core;
