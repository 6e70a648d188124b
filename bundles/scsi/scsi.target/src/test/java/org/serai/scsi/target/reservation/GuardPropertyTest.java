package org.serai.scsi.target.reservation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.serai.scsi.ExportSpec.Identity;
import org.serai.scsi.target.sense.CheckCondition;
import org.serai.scsi.target.sense.ReservationConflict;
import org.serai.scsi.target.sense.SenseCode;

/** Whatever several nexuses send: answers, access and keys are those of a simple model, and the generation only rises. */
class GuardPropertyTest {
    private static final int NEXUSES = 4;
    private static final Nexuses NOBODY = new Nexuses() {
        @Override
        public void reset(int through) {
            throw new AssertionError("nobody resets");
        }

        @Override
        public Set<NexusId> known() {
            return Set.of();
        }

        @Override
        public void attend(NexusId whom, SenseCode code) {
            assertThat(code.key()).isEqualTo(SenseCode.KEY_UNIT_ATTENTION);
        }

        @Override
        public void abort(Set<NexusId> whose) {
            assertThat(whose).isNotEmpty();
        }
    };

    record Step(int by, int action, int type, long key, long other) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Step> step = Combinators.combine(
                        Arbitraries.integers().between(0, NEXUSES - 1),
                        Arbitraries.integers().between(0, 6),
                        Arbitraries.of(1, 3, 5, 6, 7, 8),
                        Arbitraries.longs().between(0, 3),
                        Arbitraries.longs().between(0, 3))
                .as(Step::new);
        return step.list().ofMinSize(1).ofMaxSize(60);
    }

    private static NexusId nexus(int number) {
        return new NexusId("iqn.2026-11.org.example:" + number, 1);
    }

    private static int send(Guard guard, Step step) {
        byte[] cdb = new byte[32];
        cdb[0] = 0x5F;
        cdb[1] = (byte) step.action();
        cdb[2] = (byte) step.type();
        cdb[8] = 24;
        ByteBuffer list = ByteBuffer.allocate(24).putLong(0, step.key()).putLong(8, step.other());
        try {
            guard.execute(nexus(step.by()), cdb, list, NOBODY);
            return Model.GOOD;
        } catch (ReservationConflict conflict) {
            return Model.CONFLICT;
        } catch (CheckCondition condition) {
            return Model.REFUSED;
        }
    }

    @Property
    void answersAndAccessAreTheModels(@ForAll("steps") List<Step> steps) {
        Guard guard = new Guard(UUID.randomUUID(), () -> 1, ReservationStore.NOWHERE, Identity.PORT);
        Model model = new Model(NEXUSES);
        for (Step step : steps) {
            int expected = model.execute(step.by(), step.action(), step.type(), step.key(), step.other());
            assertThat(send(guard, step)).as(step.toString()).isEqualTo(expected);
            assertThat(guard.reservations().generation()).as(step.toString()).isEqualTo(model.generation);
            Map<NexusId, Long> keys = new TreeMap<>();
            for (int nexus = 0; nexus < NEXUSES; nexus++) {
                if (model.keys[nexus] != 0) {
                    keys.put(nexus(nexus), model.keys[nexus]);
                }
                for (Access access : Access.values()) {
                    assertThat(guard.admits(nexus(nexus), access, false))
                            .as(step + ": " + nexus + " " + access)
                            .isEqualTo(model.admits(nexus, access));
                }
            }
            assertThat(guard.reservations().keys()).isEqualTo(keys);
        }
    }
}
