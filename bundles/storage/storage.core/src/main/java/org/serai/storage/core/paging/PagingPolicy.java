package org.serai.storage.core.paging;

import java.util.Optional;
import org.serai.storage.TierName;

/**
 * What is done if no unused paging LU has enough room.
 *
 * @param grow whether the nearest unused one is grown before a new one is made
 * @param tier where new ones are made; empty for the tier with the most free space that the client may use
 */
public record PagingPolicy(boolean grow, Optional<TierName> tier) {}
