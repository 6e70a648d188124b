/** Pools, PVs, LUs and what belongs to them as the VIOS DB has them. Private. */
package org.serai.storage.core.catalog;
