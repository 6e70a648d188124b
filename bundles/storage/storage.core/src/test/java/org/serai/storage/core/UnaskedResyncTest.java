package org.serai.storage.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.serai.database.Change;
import org.serai.database.Database;
import org.serai.storage.CopySpec;
import org.serai.storage.Lu;
import org.serai.storage.OpenLu;
import org.serai.storage.RedundantLu.State;
import org.serai.storage.TierName;

/** What a node copies by itself is in the list of long work. */
class UnaskedResyncTest extends Nodes {
    @Test
    void oneThatLastsIsListedUntilItHasEndedAndIsInNoJournal() {
        pool("p", 1);
        pool("q", 1);
        Lu lu = lu("l", "p");
        List<Change> listed = new CopyOnWriteArrayList<>();
        try (OpenLu open = a.storage.open(lu.id(), 1, "running");
                Database.Registration watching = a.database.onChange((_, changes) -> changes.stream()
                        .filter(change -> change.table().equals("work"))
                        .forEach(listed::add))) {
            assertThat(watching).isNotNull();
            write(open, 0, 1);
            a.hastyNs = TimeUnit.SECONDS.toNanos(2);
            a.storage.redundancy().add(new CopySpec("l", "l2", TierName.defaultOf("q")));
            await().until(() -> a.storage.redundancy().redundantLu("l").state() == State.SYNCHRONOUS);
            await().until(() -> !listed.isEmpty() && listed.getLast().kind() == Change.Kind.DELETE);
        }
        assertThat(listed.getFirst().kind()).isEqualTo(Change.Kind.PUT);
        assertThat(a.storage.works().entries()).isEmpty();
        assertThat(a.journal.of("lu:" + lu.id()))
                .noneMatch(entry -> entry.kind().equals("lu-resync"));
    }
}
