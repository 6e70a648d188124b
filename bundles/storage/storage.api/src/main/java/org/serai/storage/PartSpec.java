package org.serai.storage;

/**
 * A sub-partition to be made.
 *
 * @param lu the LU's name
 * @param name its name, unique in the LU
 * @param purpose what it is for
 * @param sizeBytes a multiple of {@link OpenLu#BLOCK_BYTES}; the LU must have that much that is in no other one
 */
public record PartSpec(String lu, String name, LuPart.Purpose purpose, long sizeBytes) {}
