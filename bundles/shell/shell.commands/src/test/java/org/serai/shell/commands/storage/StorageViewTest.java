package org.serai.shell.commands.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.serai.ffdc.SeraiException;
import org.serai.partition.LparState;
import org.serai.shell.Plan;
import org.serai.shell.commands.Fakes;
import org.serai.shell.commands.NodeServices;
import org.serai.storage.DataChecksum;
import org.serai.storage.Lu;
import org.serai.storage.LuKind;
import org.serai.storage.Pool;
import org.serai.storage.Storage;
import org.serai.storage.StorageError;

/** What is not known is not shown as if it were. */
class StorageViewTest {
    private final NodeServices services = Fakes.member(LparState.RUNNING);

    @Test
    void theSpaceOfAPoolThatIsNotAttachedIsNotKnown() {
        Pool pool = new Pool(Fakes.POOL, "pool1", "gone", false, List.of(), 0, 0, 0, 1 << 30, List.of());
        services.set(Storage.class, storage(pool, "unattached"));
        assertThat(new LuCommands(services).list(Fakes.invocation()))
                .singleElement()
                .satisfies(lu -> {
                    assertThat(lu.state()).isEqualTo("unattached");
                    assertThat(lu.sizeBytes()).isEqualTo(1 << 30);
                    assertThat(lu.usedBytes()).isEmpty();
                    assertThat(lu.ownBytes()).isEmpty();
                });
        PoolCommands.PoolView shown = new PoolCommands(services).info(Fakes.invocation(), "pool1");
        assertThat(shown.sizeBytes()).isEmpty();
        assertThat(shown.usedBytes()).isEmpty();
        assertThat(shown.overCommit()).isEmpty();
        assertThat(shown.committedBytes()).isEqualTo(1 << 30);
    }

    @Test
    void aPoolWithoutItsDriverSaysSoAndIsNotDeleted() {
        SeraiException gone = StorageError.NO_SUCH_DRIVER.error("No driver gone", "it went", "driver:why storage.gone");
        Pool pool = new Pool(
                Fakes.POOL,
                "pool1",
                "gone",
                false,
                List.of(),
                0,
                0,
                0,
                0,
                List.of(),
                DataChecksum.NONE,
                Optional.of(gone));
        services.set(
                Storage.class,
                Fakes.service(
                        Storage.class, Map.of("lus", _ -> List.of(), "pools", _ -> List.of(pool), "pool", _ -> pool)));
        PoolCommands pools = new PoolCommands(services);
        assertThat(pools.list(Fakes.invocation())).singleElement().satisfies(shown -> {
            assertThat(shown.state()).isEqualTo("driver missing");
            assertThat(shown.trouble())
                    .hasValueSatisfying(words -> assertThat(words).startsWith("SERAI-POOL-0007"));
            assertThat(shown.action()).contains("driver:why storage.gone");
        });
        Plan plan = (Plan) pools.delete(Fakes.invocation(), Fakes.dryRun("--dry-run"), "pool1");
        assertThat(plan.obstacles()).singleElement().asString().contains("SERAI-POOL-0007", "driver:why storage.gone");
    }

    @Test
    void thatOfAnAttachedOneIs() {
        Pool pool = new Pool(Fakes.POOL, "pool1", "extent", true, List.of(), 1, 4096, 1024, 2048, List.of());
        services.set(Storage.class, storage(pool, "online"));
        assertThat(new LuCommands(services).list(Fakes.invocation()).getFirst().usedBytes())
                .contains(512L);
        assertThat(new PoolCommands(services).info(Fakes.invocation(), "pool1").usedBytes())
                .contains(1024L);
    }

    private static Storage storage(Pool pool, String state) {
        Lu lu = new Lu(
                new UUID(0, 7),
                "disk1",
                pool.id(),
                pool.name(),
                1,
                LuKind.DATA,
                1 << 30,
                512,
                false,
                state,
                Optional.empty());
        return Fakes.service(
                Storage.class, Map.of("lus", _ -> List.of(lu), "pools", _ -> List.of(pool), "pool", _ -> pool));
    }
}
