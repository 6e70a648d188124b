package org.serai.cluster;

/** A client, the owner of partitions and LUs. The id is given once and never used again. */
public record Client(long id, String name) {}
