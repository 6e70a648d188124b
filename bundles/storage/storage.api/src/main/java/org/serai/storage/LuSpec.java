package org.serai.storage;

/**
 * An LU to be made.
 *
 * @param name unique in the cluster
 * @param pool the pool's name
 * @param clientId the client that it belongs to for its life
 * @param sizeBytes a multiple of {@link OpenLu#BLOCK_BYTES}
 * @param thick whether all its space is taken at once
 */
public record LuSpec(String name, String pool, long clientId, LuKind kind, long sizeBytes, boolean thick) {}
