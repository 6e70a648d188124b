package org.serai.storage;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.osgi.annotation.versioning.ProviderType;

/** Paging LUs of partitions (active memory sharing). A service while this node belongs to a cluster. */
@ProviderType
public interface Paging {
    /** All paging LUs, ordered by name. */
    List<PagingLu> pagingLus();

    /** The paging LU of a partition. */
    Optional<PagingLu> of(UUID partition);

    /**
     * Gives a partition a paging LU. If it has one already that is resized: grown when more is needed, shrunk when less.
     * Otherwise an unused LU of its client with enough room; else, by the policy {@code paging.policy}, the
     * unused one that is nearest grown by just the difference, or a new thin one of exactly that size. It is opened by
     * {@link Storage#open}.
     *
     * @param partition the partition
     * @param clientId the partition's client
     * @param minimumBytes what it needs at least
     */
    PagingLu request(UUID partition, long clientId, long minimumBytes);

    /** Takes a partition's paging LU back: its content is given up and it is unused. That it has none is no error. */
    void release(UUID partition);
}
