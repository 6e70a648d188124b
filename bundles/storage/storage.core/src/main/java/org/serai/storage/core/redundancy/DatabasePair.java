package org.serai.storage.core.redundancy;

import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.serai.cluster.ClusterError;
import org.serai.cluster.Grant;
import org.serai.database.DatabaseError;
import org.serai.ffdc.SeraiException;
import org.serai.storage.RedundantLu.State;
import org.serai.storage.core.catalog.Moment;
import org.serai.storage.core.catalog.Moments;
import org.serai.storage.core.catalog.RedundancyRow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The row of a redundant LU, written under the lock of its primary. While the database is away the loss of a side cannot
 * be noted, and then nothing is acknowledged that only one side has: a change waits, and fails in the end. The other way
 * would be to go on and to note it at the surviving side alone; but if that side were lost too before the database is
 * back, the one that is behind would be taken for good, and acknowledged changes would be gone without a word.
 */
final class DatabasePair implements PairRecord {
    private static final Logger LOG = LoggerFactory.getLogger(DatabasePair.class);
    private static final long WAIT_MS = 20_000;
    private static final long POLL_MS = 100;

    private final UUID primary;
    private final Supplier<Grant> grant;
    private final PairWriting with;

    DatabasePair(UUID primary, Supplier<Grant> grant, PairWriting with) {
        this.primary = primary;
        this.grant = grant;
        this.with = with;
    }

    @Override
    public void note(State state, String reason, long behindBytes, boolean patient) {
        long begun = with.pace().nanoTime().getAsLong();
        while (true) {
            try {
                write(state, reason, behindBytes);
                return;
            } catch (SeraiException e) {
                long waitedMs = (with.pace().nanoTime().getAsLong() - begun) / 1_000_000;
                if (e.code() != DatabaseError.UNREACHABLE || !patient || waitedMs > WAIT_MS) {
                    throw e;
                }
                with.fence().check();
                LOG.info("A change of LU {} waits for the database: {}", primary, e.getMessage());
                with.pace().pause().millis(POLL_MS);
            }
        }
    }

    private void write(State state, String reason, long behindBytes) {
        Grant now = grant.get();
        Optional<RedundancyRow> changed = with.database().write(transaction -> {
            with.locks().require(transaction, now);
            RedundancyRow row = transaction
                    .get(RedundancyRow.class, primary)
                    .orElseThrow(() -> ClusterError.STALE_EPOCH.error(
                            "LU " + primary + " is not redundant any more", "its copy was removed", "open it again"));
            RedundancyRow next = row.in(state, reason, behindBytes);
            transaction.update(next);
            if (row.state() == state) {
                return Optional.empty();
            }
            Moments.put(transaction, new Moment(row.moment(), Optional.of(now.node()), now.epoch(), state.name()));
            return Optional.of(next);
        });
        changed.ifPresent(with.news()::tell);
    }
}
