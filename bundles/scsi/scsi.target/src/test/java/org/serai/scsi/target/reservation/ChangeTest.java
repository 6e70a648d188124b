package org.serai.scsi.target.reservation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.serai.scsi.target.sense.CheckCondition;
import org.serai.scsi.target.sense.ReservationConflict;
import org.serai.scsi.target.sense.SenseCode;

/** The service actions of PERSISTENT RESERVE OUT, paragraph by paragraph (SPC-4, reservations). */
class ChangeTest {
    private static final NexusId A = new NexusId("a,i,0x000000000001", 1);
    private static final NexusId B = new NexusId("b,i,0x000000000001", 1);
    private static final NexusId C = new NexusId("c,i,0x000000000001", 1);
    private static final long KA = 0xA;
    private static final long KB = 0xB;
    private static final Reservations REGISTERED =
            new Reservations(7, false, Map.of(A, KA, B, KB, C, KB), Optional.empty());

    private Change last;

    @FunctionalInterface
    private interface Step {
        void on(Change change) throws CheckCondition, ReservationConflict;
    }

    private Reservations after(Reservations before, NexusId by, Step step) {
        last = new Change(before, by);
        try {
            step.on(last);
        } catch (CheckCondition | ReservationConflict e) {
            throw new AssertionError("refused: " + e.getMessage(), e);
        }
        return last.after();
    }

    private static void assertConflict(Reservations before, NexusId by, Step step) {
        assertThatThrownBy(() -> step.on(new Change(before, by))).isInstanceOf(ReservationConflict.class);
    }

    private static void assertRefused(Reservations before, NexusId by, SenseCode code, Step step) {
        assertThatThrownBy(() -> step.on(new Change(before, by)))
                .isInstanceOfSatisfying(
                        CheckCondition.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private static Reservations reserved(Type type) {
        return new Reservations(7, false, REGISTERED.keys(), Optional.of(new Reservation(type, A)));
    }

    @Test
    void registerBehavesAsItsTableSays() {
        Reservations none = Reservations.NONE;
        assertThat(after(none, A, c -> c.register(false, 0, 0, false, Set.of(), Set.of()))
                        .keys())
                .isEmpty();
        assertThat(last.after().generation()).as("nothing was done").isZero();
        assertThat(after(none, A, c -> c.register(false, 0, KA, true, Set.of(), Set.of()))
                        .keys())
                .containsExactly(Map.entry(A, KA));
        assertThat(last.after().aptpl()).isTrue();
        assertConflict(none, A, c -> c.register(false, 5, KA, false, Set.of(), Set.of()));
        assertConflict(none, A, c -> c.register(false, 5, 0, false, Set.of(), Set.of()));
        assertThat(after(REGISTERED, A, c -> c.register(false, KA, 9, false, Set.of(), Set.of()))
                        .keys())
                .containsEntry(A, 9L);
        assertThat(after(REGISTERED, A, c -> c.register(false, KA, 0, false, Set.of(), Set.of()))
                        .keys())
                .doesNotContainKey(A);
        assertConflict(REGISTERED, A, c -> c.register(false, KB, 9, false, Set.of(), Set.of()));
        assertConflict(REGISTERED, A, c -> c.register(false, 0, 9, false, Set.of(), Set.of()));
    }

    /** Nobody's registrations are lost with the power by that. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoIsNotRegisteredAndDoesNotRegisterChangesNothing(boolean ignore) {
        Reservations kept = new Reservations(7, true, Map.of(B, KB), Optional.empty());
        assertThat(after(kept, A, c -> c.register(ignore, 0, 0, false, Set.of(), Set.of())))
                .isEqualTo(kept);
    }

    @Test
    void registerAndIgnoreLooksAtNoKey() {
        assertThat(after(REGISTERED, A, c -> c.register(true, 99, 9, false, Set.of(), Set.of()))
                        .keys())
                .containsEntry(A, 9L);
        assertThat(after(REGISTERED, A, c -> c.register(true, 99, 0, false, Set.of(), Set.of()))
                        .keys())
                .doesNotContainKey(A);
        assertThat(after(Reservations.NONE, A, c -> c.register(true, 99, 9, false, Set.of(), Set.of()))
                        .keys())
                .containsEntry(A, 9L);
    }

    @Test
    void aRegistrationForOthersLeavesThoseAloneThatHaveOne() {
        NexusId other = new NexusId(A.initiatorPort(), 2);
        Reservations before = new Reservations(0, false, Map.of(B, KB), Optional.empty());
        assertThat(after(before, A, c -> c.register(false, 0, KA, false, Set.of(A, B, other), Set.of()))
                        .keys())
                .containsOnly(Map.entry(A, KA), Map.entry(other, KA), Map.entry(B, KB));
    }

    @Test
    void moreThanCanBeKeptIsRefused() {
        Set<NexusId> many = new HashSet<>();
        for (int i = 0; i <= Change.MAX_REGISTRATIONS; i++) {
            many.add(new NexusId("x" + i, 1));
        }
        assertRefused(
                Reservations.NONE,
                A,
                SenseCode.INSUFFICIENT_REGISTRATION_RESOURCES,
                c -> c.register(false, 0, KA, false, many, Set.of()));
    }

    @ParameterizedTest
    @EnumSource(Type.class)
    void aReservationIsMadeOnceAndByTheRegisteredOnly(Type type) {
        assertThat(after(REGISTERED, A, c -> c.reserve(KA, type)).reservation()).contains(new Reservation(type, A));
        assertThat(last.after().generation()).as("not counted").isEqualTo(7);
        assertConflict(REGISTERED, A, c -> c.reserve(KB, type));
        assertConflict(Reservations.NONE, A, c -> c.reserve(0, type));
        assertThat(after(reserved(type), A, c -> c.reserve(KA, type))).isEqualTo(reserved(type));
        for (Type other : Type.values()) {
            if (other != type) {
                assertConflict(reserved(type), A, c -> c.reserve(KA, other));
            }
        }
        if (type.allHold()) {
            assertThat(after(reserved(type), B, c -> c.reserve(KB, type))).isEqualTo(reserved(type));
        } else {
            assertConflict(reserved(type), B, c -> c.reserve(KB, type));
        }
    }

    @ParameterizedTest
    @EnumSource(Type.class)
    void aReleaseIsTheHolders(Type type) {
        Reservations before = reserved(type);
        assertThat(after(before, A, c -> c.release(KA, Optional.of(type))).reservation())
                .isEmpty();
        assertThat(last.after().generation()).as("not counted").isEqualTo(7);
        if (type.registrantsHaveAccess()) {
            assertThat(last.attentions())
                    .containsOnly(
                            Map.entry(B, Set.of(SenseCode.RESERVATIONS_RELEASED)),
                            Map.entry(C, Set.of(SenseCode.RESERVATIONS_RELEASED)));
        } else {
            assertThat(last.attentions()).isEmpty();
        }
        assertConflict(before, A, c -> c.release(KB, Optional.of(type)));
        assertRefused(
                before, A, SenseCode.INVALID_RELEASE_OF_PERSISTENT_RESERVATION, c -> c.release(KA, Optional.empty()));
        boolean stays = after(before, B, c -> c.release(KB, Optional.of(type)))
                .reservation()
                .isPresent();
        assertThat(stays).isEqualTo(!type.allHold());
        assertThat(after(REGISTERED, A, c -> c.release(KA, Optional.of(type)))).isEqualTo(REGISTERED);
    }

    @ParameterizedTest
    @EnumSource(Type.class)
    void whoUnregistersGivesUpWhatItHolds(Type type) {
        Reservations next = after(reserved(type), A, c -> c.register(false, KA, 0, false, Set.of(), Set.of()));
        if (type.allHold()) {
            assertThat(next.reservation().orElseThrow().type()).isEqualTo(type);
            assertThat(next.isHeldBy(B)).isTrue();
            assertThat(last.attentions()).isEmpty();
            next = after(next, B, c -> c.register(false, KB, 0, false, Set.of(), Set.of()));
            next = after(next, C, c -> c.register(false, KB, 0, false, Set.of(), Set.of()));
            assertThat(next.reservation()).as("nobody holds it any more").isEmpty();
        } else {
            assertThat(next.reservation()).isEmpty();
            assertThat(last.attentions().keySet()).isEqualTo(type.registrantsHaveAccess() ? Set.of(B, C) : Set.of());
        }
    }

    @Test
    void clearEndsAllAndTellsTheOthers() {
        Reservations next = after(reserved(Type.WRITE_EXCLUSIVE), B, c -> c.clear(KB));
        assertThat(next).isEqualTo(new Reservations(8, false, Map.of(), Optional.empty()));
        assertThat(last.attentions())
                .containsOnly(
                        Map.entry(A, Set.of(SenseCode.RESERVATIONS_PREEMPTED)),
                        Map.entry(C, Set.of(SenseCode.RESERVATIONS_PREEMPTED)));
        assertConflict(REGISTERED, A, c -> c.clear(KB));
    }

    @Test
    void preemptTakesTheHoldersPlace() {
        Optional<Type> next = Optional.of(Type.EXCLUSIVE_ACCESS);
        assertThat(after(reserved(Type.WRITE_EXCLUSIVE), B, c -> c.preempt(KB, KA, next, true)))
                .isEqualTo(new Reservations(
                        8, false, Map.of(B, KB, C, KB), Optional.of(new Reservation(Type.EXCLUSIVE_ACCESS, B))));
        assertThat(last.aborted()).containsExactly(A);
        assertThat(last.attentions())
                .containsOnly(
                        Map.entry(A, Set.of(SenseCode.REGISTRATIONS_PREEMPTED)),
                        Map.entry(C, Set.of(SenseCode.RESERVATIONS_RELEASED)));
        after(reserved(Type.EXCLUSIVE_ACCESS), B, c -> c.preempt(KB, KA, next, false));
        assertThat(last.aborted()).isEmpty();
        assertThat(last.attentions()).as("the type stays").containsOnlyKeys(A);
        assertRefused(
                reserved(Type.WRITE_EXCLUSIVE),
                B,
                SenseCode.INVALID_FIELD_IN_CDB,
                c -> c.preempt(KB, KA, Optional.empty(), false));
    }

    @Test
    void preemptOfOthersRemovesTheirRegistrations() {
        Reservations before = reserved(Type.WRITE_EXCLUSIVE_REGISTRANTS_ONLY);
        assertThat(after(before, A, c -> c.preempt(KA, KB, Optional.empty(), true)))
                .isEqualTo(new Reservations(8, false, Map.of(A, KA), before.reservation()));
        assertThat(last.aborted()).containsOnly(B, C);
        assertThat(after(REGISTERED, B, c -> c.preempt(KB, KB, Optional.empty(), false))
                        .keys())
                .as("its own key too")
                .containsOnlyKeys(A);
        assertThat(last.attentions()).containsOnlyKeys(C);
        assertConflict(before, A, c -> c.preempt(KA, 77, Optional.empty(), false));
        assertConflict(before, A, c -> c.preempt(KB, KB, Optional.empty(), false));
        assertRefused(
                before, A, SenseCode.INVALID_FIELD_IN_PARAMETER_LIST, c -> c.preempt(KA, 0, Optional.empty(), false));
    }

    @Test
    void aHolderPreemptsItselfToChangeTheType() {
        Reservations before = reserved(Type.WRITE_EXCLUSIVE);
        Reservations next = after(before, A, c -> c.preempt(KA, KA, Optional.of(Type.EXCLUSIVE_ACCESS), false));
        assertThat(next.keys()).isEqualTo(before.keys());
        assertThat(next.reservation()).contains(new Reservation(Type.EXCLUSIVE_ACCESS, A));
        assertThat(last.attentions()).containsOnlyKeys(B, C);
    }

    @ParameterizedTest
    @EnumSource(
            value = Type.class,
            names = {"WRITE_EXCLUSIVE_ALL_REGISTRANTS", "EXCLUSIVE_ACCESS_ALL_REGISTRANTS"})
    void whatAllHoldIsPreemptedByTheKeyZero(Type type) {
        Optional<Type> to = Optional.of(Type.WRITE_EXCLUSIVE);
        Reservations next = after(reserved(type), B, c -> c.preempt(KB, 0, to, false));
        assertThat(next.keys()).containsOnlyKeys(B);
        assertThat(next.reservation()).contains(new Reservation(Type.WRITE_EXCLUSIVE, B));
        assertThat(last.attentions()).containsOnlyKeys(A, C);
        next = after(reserved(type), B, c -> c.preempt(KB, KA, Optional.empty(), false));
        assertThat(next.keys()).containsOnlyKeys(B, C);
        assertThat(next.isHeldBy(C)).isTrue();
    }

    @Test
    void aReservationMovesWithItsRegistration() {
        NexusId to = new NexusId("d,i,0x000000000001", 2);
        Reservations next = after(reserved(Type.EXCLUSIVE_ACCESS), A, c -> c.move(KA, 0xD, to, true, true));
        assertThat(next)
                .isEqualTo(new Reservations(
                        8,
                        true,
                        Map.of(B, KB, C, KB, to, 0xDL),
                        Optional.of(new Reservation(Type.EXCLUSIVE_ACCESS, to))));
        assertThat(after(reserved(Type.EXCLUSIVE_ACCESS), A, c -> c.move(KA, 0xD, B, false, false))
                        .keys())
                .containsOnly(Map.entry(A, KA), Map.entry(B, 0xDL), Map.entry(C, KB));
        assertConflict(reserved(Type.EXCLUSIVE_ACCESS), B, c -> c.move(KB, 0xD, to, false, false));
        assertConflict(reserved(Type.WRITE_EXCLUSIVE_ALL_REGISTRANTS), A, c -> c.move(KA, 0xD, to, false, false));
        assertRefused(REGISTERED, A, SenseCode.INVALID_FIELD_IN_CDB, c -> c.move(KA, 0xD, to, false, false));
        Reservations before = reserved(Type.EXCLUSIVE_ACCESS);
        assertRefused(before, A, SenseCode.INVALID_FIELD_IN_PARAMETER_LIST, c -> c.move(KA, 0, to, false, false));
        assertRefused(before, A, SenseCode.INVALID_FIELD_IN_PARAMETER_LIST, c -> c.move(KA, 5, A, false, false));
    }

    @Test
    void theGenerationIsOf32Bits() {
        Reservations before = new Reservations(0xFFFF_FFFFL, false, Map.of(A, KA), Optional.empty());
        assertThat(after(before, A, c -> c.clear(KA)).generation()).isZero();
    }

    @Test
    void whoIsRegisteredEverywhereIsSoAtPortsToCome() throws CheckCondition, ReservationConflict {
        NexusId later = new NexusId(A.initiatorPort(), 9);
        Set<String> atAll = Set.of(A.initiatorPort());
        Reservations all = after(Reservations.NONE, A, c -> c.register(false, 0, KA, false, Set.of(), atAll));
        assertThat(all.extendedTo(Set.of(A.targetPort(), 9)).keys()).isEqualTo(Map.of(A, KA, later, KA));
        Reservations single = after(all, A, c -> c.register(false, KA, 5, false, Set.of(), Set.of()));
        assertThat(single.extendedTo(Set.of(9)).keys()).isEqualTo(Map.of(A, 5L));
        assertThat(after(all, A, c -> c.clear(KA)).everywhere()).isEmpty();
        Reservations preempted = after(all, A, c -> c.register(false, KA, 0, false, Set.of(), atAll));
        assertThat(preempted.everywhere()).isEmpty();
    }
}
