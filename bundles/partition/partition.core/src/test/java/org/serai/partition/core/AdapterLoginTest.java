package org.serai.partition.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.serai.database.DatabaseError;
import org.serai.partition.PartitionError;
import org.serai.partition.core.record.AdapterRow;
import org.serai.partition.core.record.LparRow;
import org.serai.scsi.ExportSpec;
import org.serai.storage.LuKind;

/** Who is let in at a virtual adapter, and that its ids are its own. */
class AdapterLoginTest extends TwoNodes {
    private static final String INITIATOR = "iqn.2026-11.org.serai:lpar";

    private static ExportSpec started(TestNode node) {
        node.partitions.start("web", HERE, node.tell());
        return node.exported.getLast();
    }

    private static void logsIn(ExportSpec export) {
        export.admittance().require(INITIATOR);
    }

    @Test
    void theMachineThatTheHypervisorHasThereIsLetInAndNobodyAfterItsEnd() {
        ExportSpec export = started(a);
        logsIn(export);
        machine(a).kill();
        assertThat(failsWith(PartitionError.NOT_AT_ADAPTER, () -> logsIn(export))
                        .reason())
                .contains("no partition there");
    }

    @Test
    void anotherPartitionThatClaimsItsNameIsNotLetIn() {
        ExportSpec export = started(a);
        UUID foreign = UUID.randomUUID();
        a.hypervisor.intruder = Optional.of(foreign);
        assertThat(failsWith(PartitionError.NOT_AT_ADAPTER, () -> logsIn(export))
                        .reason())
                .contains(foreign.toString());
        a.hypervisor.intruder = Optional.empty();
        logsIn(export);
    }

    @Test
    void anAdapterThatIsAnotherClientsByNowIsClosedToIt() {
        ExportSpec export = started(a);
        AdapterRow mine = adapters().getFirst();
        world.database.write(tx -> tx.insert(new ClientRow(4711, "zenith")));
        world.database.write(
                tx -> tx.update(new AdapterRow(mine.id(), mine.lpar(), 4711, mine.slot(), mine.drcName())));
        assertThat(failsWith(PartitionError.NOT_AT_ADAPTER, () -> logsIn(export))
                        .reason())
                .contains("client 4711");
    }

    @org.serai.database.Table("client")
    record ClientRow(long id, String name) {}

    private List<AdapterRow> adapters() {
        return world.database.read(tx -> tx.list(AdapterRow.class));
    }

    @Test
    void noTwoAdaptersThatAreMadeAtOnceHaveAnIdOrAPlaceInCommon() throws Exception {
        int count = 12;
        for (int i = 0; i < count; i++) {
            world.lu("disk" + i, 1, LuKind.DATA, 1 << 20);
        }
        List<Callable<Object>> making = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            TestNode node = i % 2 == 0 ? a : b;
            making.add(() -> node.partitions.create(world.spec("lpar" + number, "disk" + number)));
        }
        try (ExecutorService together = Executors.newFixedThreadPool(6)) {
            for (Future<Object> made : together.invokeAll(making)) {
                made.get();
            }
        }
        assertThat(adapters()).hasSize(count + 1);
        assertThat(adapters()).extracting(AdapterRow::id).doesNotHaveDuplicates();
        assertThat(adapters()).extracting(AdapterRow::drcName).doesNotHaveDuplicates();
    }

    @Test
    void theDatabaseItselfRefusesAnIdAPlaceOrASlotTwice() {
        a.partitions.create(world.spec("other"));
        AdapterRow web = adapters().getFirst();
        UUID other = world.database
                .<LparRow>read(tx -> tx.list(LparRow.class, "name", "other").getFirst())
                .id();
        for (AdapterRow twice : List.of(
                new AdapterRow(web.id(), other, web.client(), 9, "elsewhere"),
                new AdapterRow(4711, other, web.client(), 9, web.drcName()),
                new AdapterRow(4711, web.lpar(), web.client(), web.slot(), "elsewhere"))) {
            failsWith(DatabaseError.CONFLICT, () -> world.database.write(tx -> tx.insert(twice)));
        }
    }

    @Test
    void theAdapterIdStaysAndItsPlaceChangesWhenThePartitionMoves() {
        started(a);
        AdapterRow before = adapters().getFirst();
        a.partitions.stop("web", GRACE, a.tell());
        logsIn(started(b));
        AdapterRow after = adapters().getFirst();
        assertThat(after.id()).isEqualTo(before.id());
        assertThat(before.drcName()).startsWith("UT.M.Sa-");
        assertThat(after.drcName()).startsWith("UT.M.Sb-");
    }
}
