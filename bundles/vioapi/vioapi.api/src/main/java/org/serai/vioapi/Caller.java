package org.serai.vioapi;

/**
 * Who asks.
 *
 * @param name the token's name, or the name of the user at the local socket
 * @param role what it may ask for
 * @param peer where it is, for the audit log
 */
public record Caller(String name, Role role, String peer) {}
