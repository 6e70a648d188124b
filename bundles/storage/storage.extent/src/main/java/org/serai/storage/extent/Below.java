package org.serai.storage.extent;

/**
 * A layer below a map's top.
 *
 * @param map its map
 * @param extents how many of its extents show through
 */
record Below(LayerMap map, long extents) {}
