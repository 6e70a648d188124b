package org.serai.storage.extent.map;

/**
 * A layer below a map's top.
 *
 * @param map its map
 * @param extents how many of its extents show through
 */
public record Below(LayerMap map, long extents) {}
