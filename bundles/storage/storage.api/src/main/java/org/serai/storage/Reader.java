package org.serai.storage;

import java.util.OptionalLong;

/**
 * Who wants to read an LU.
 *
 * @param clientId the client on whose behalf
 * @param adapterId the virtual adapter that the data go to, which must be that client's; empty for the VIOS itself
 */
public record Reader(long clientId, OptionalLong adapterId) {}
