package org.serai.cluster.core.liveness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Random;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.serai.cluster.ClusterError;
import org.serai.cluster.DeathProof;
import org.serai.cluster.DeathProof.Kind;
import org.serai.cluster.Liveness.State;
import org.serai.ffdc.SeraiException;

class HeartbeatTest {
    private static final Timing TIMING = new Timing(1000, 8000, 2000);

    private final World world = new World(new Random(7));
    private final World.SharedPool pool = world.new SharedPool();
    private final World.SimulatedNode a = world.new SimulatedNode(TIMING);
    private final World.SimulatedNode b = world.new SimulatedNode(TIMING);
    private final World.SharedPool.View fromA = pool.from();
    private final World.SharedPool.View fromB = pool.from();

    @BeforeEach
    void bothAreAttached() {
        a.heartbeat.attach(fromA);
        b.heartbeat.attach(fromB);
        world.runMs(3000);
    }

    private DeathProof prove() {
        return b.heartbeat.prove(a.id, a.incarnation, sentence -> {});
    }

    private static void failsWith(ClusterError code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SeraiException.class,
                        failed -> assertThat(failed.code()).isEqualTo(code));
    }

    @Test
    void nodesThatRenewServeAndAreSeenAlive() {
        world.runMs(60_000);
        assertThat(a.serves()).isTrue();
        assertThat(b.heartbeat.seen(a.id).state()).isEqualTo(State.ALIVE);
        assertThat(a.heartbeat.seen(b.id).state()).isEqualTo(State.ALIVE);
        failsWith(ClusterError.ALIVE, this::prove);
    }

    @Test
    void silenceIsAProofAfterLeaseAndMarginAndNotEarlier() {
        a.kill();
        var killedNs = world.nowNs();
        var said = new ArrayList<String>();
        var proof = b.heartbeat.prove(a.id, a.incarnation, said::add);
        assertThat(proof.kind()).isEqualTo(Kind.SILENCE);
        var tookNs = world.nowNs() - killedNs;
        // The last renewal may be one period older than the death; it is seen, and then missed, a look later at most.
        assertThat(tookNs).isBetween(TIMING.silenceNs() - World.ms(1000), TIMING.silenceNs() + World.ms(500));
        assertThat(said).hasSizeBetween(8, 14);
        assertThat(b.heartbeat.seen(a.id).state()).isEqualTo(State.DEAD);
    }

    @Test
    void ofManyNodesTheSlotsAreReadAsOftenAsOneCanAfford() {
        assertThat(TIMING.roundsBetweenLooks(0)).isEqualTo(1);
        assertThat(TIMING.roundsBetweenLooks(12)).isEqualTo(1);
        assertThat(TIMING.roundsBetweenLooks(13)).isEqualTo(2);
        assertThat(TIMING.roundsBetweenLooks(1000)).isEqualTo(Timing.LOOKS);
    }

    @Test
    void aNodeThatFallsSilentIsSuspectFirst() {
        a.kill();
        world.runMs(4000);
        assertThat(b.heartbeat.seen(a.id).state()).isEqualTo(State.SUSPECT);
    }

    @Test
    void aRenewalThatWasSeenOnlyAfterTheQuestionDoesNotSpoilTheProof() {
        world.runMs(400);
        a.heartbeat.abandon();
        a.kill();
        assertThat(prove().kind()).isEqualTo(Kind.SILENCE);
    }

    @Test
    void aPausedObserverCountsAnew() {
        a.kill();
        world.runMs(5000);
        b.pauseProcess();
        world.runMs(5500);
        b.goOn();
        world.runMs(1000);
        assertThat(b.heartbeat.seen(a.id).state()).isNotEqualTo(State.DEAD);
        world.runMs(11_000);
        assertThat(b.heartbeat.seen(a.id).state()).isEqualTo(State.DEAD);
    }

    @Test
    void anObserverWithoutStorageProvesNothing() {
        fromB.broken = true;
        a.kill();
        world.runMs(7000);
        assertThat(b.heartbeat.seen(a.id).state()).isNotEqualTo(State.DEAD);
    }

    @Test
    void aPausedOwnerIsKilledBeforeItsSilenceIsAProof() {
        a.pauseProcess();
        var proof = prove();
        assertThat(proof.kind()).isEqualTo(Kind.SILENCE);
        assertThat(a.isDead()).isTrue();
        a.goOn();
        assertThat(a.serves()).isFalse();
    }

    @Test
    void anOwnerThatWakesInTheLastMomentFindsItsGateClosed() {
        a.pauseProcess();
        world.runMs(6900);
        a.goOn();
        world.runMs(5000);
        assertThat(a.isDead()).isFalse();
        assertThat(a.serves()).isTrue();
        failsWith(ClusterError.ALIVE, this::prove);
    }

    @Test
    void aNodeWithoutStorageStopsServingBeforeItIsKilled() {
        var told = new ArrayList<Boolean>();
        a.gate.onChange(told::add);
        fromA.broken = true;
        world.runMs(6200);
        assertThat(a.serves()).isFalse();
        assertThat(told).containsExactly(false);
        assertThat(a.isDead()).isFalse();
        failsWith(ClusterError.FENCED, a.gate::check);
        world.runMs(2000);
        assertThat(a.isDead()).isTrue();
    }

    @Test
    void aNodeWhoseStorageComesBackInTimeServesAgain() {
        var told = new ArrayList<Boolean>();
        a.gate.onChange(told::add);
        fromA.broken = true;
        world.runMs(6200);
        fromA.broken = false;
        world.runMs(1500);
        assertThat(told).containsExactly(false, true);
        assertThat(a.serves()).isTrue();
    }

    @Test
    void aSlowPoolIsServedFromAsLongAsRenewalsBeginInTime() {
        fromA.writeMs = 2000;
        world.runMs(1500);
        for (var i = 0; i < 100; i++) {
            world.runMs(500);
            assertThat(a.serves()).isTrue();
        }
    }

    @Test
    void aRenewalThatTakesTooLongDatesFromItsStart() {
        fromA.writeMs = 7000;
        world.runMs(30_000);
        assertThat(a.isDead()).isTrue();
        assertThat(a.serves()).isFalse();
    }

    @Test
    void onePoolThatFailsClosesTheGateThoughTheOtherGoesOn() {
        var second = world.new SharedPool();
        var secondFromA = second.from();
        a.heartbeat.attach(secondFromA);
        b.heartbeat.attach(second.from());
        world.runMs(2000);
        secondFromA.broken = true;
        world.runMs(6500);
        assertThat(a.serves()).isFalse();
        world.runMs(2000);
        assertThat(a.isDead()).isTrue();
    }

    @Test
    void aPoolInWhichItStillMovesIsASignOfLife() {
        var second = world.new SharedPool();
        a.heartbeat.attach(second.from());
        b.heartbeat.attach(second.from());
        world.runMs(2000);
        fromA.broken = true;
        world.runMs(4000);
        failsWith(ClusterError.ALIVE, this::prove);
    }

    @Test
    void aLostWatchdogClosesTheGateAtOnceAndANewOneOpensIt() {
        a.loseWatchdog();
        assertThat(a.serves()).isFalse();
        world.runMs(20_000);
        assertThat(a.serves()).isFalse();
        assertThat(a.isDead()).isFalse();
        a.findWatchdog();
        world.runMs(1100);
        assertThat(a.serves()).isTrue();
    }

    @Test
    void aLeaseThatLapsedWithoutAWatchdogIsNeverTakenUpAgain() {
        a.loseWatchdog();
        fromA.broken = true;
        assertThat(prove().kind()).isEqualTo(Kind.SILENCE);
        fromA.broken = false;
        a.findWatchdog();
        world.runMs(5000);
        assertThat(a.serves()).isFalse();
    }

    @Test
    void aLeaseThatLapsedIsGivenUpSoThatTheNextWatchdogEndsTheNode() {
        a.loseWatchdog();
        fromA.broken = true;
        assertThat(prove().kind()).isEqualTo(Kind.SILENCE);
        fromA.broken = false;
        world.runMs(3000);
        a.findWatchdog();
        world.runMs(9000);
        assertThat(a.isDead()).isTrue();
    }

    @Test
    void aGoodbyeIsAProofAtOnce() {
        a.heartbeat.goodbye();
        world.runMs(1000);
        assertThat(b.heartbeat.seen(a.id).state()).isEqualTo(State.STOPPED);
        assertThat(prove().kind()).isEqualTo(Kind.GOODBYE);
        assertThat(prove().waitedMs()).isZero();
    }

    @Test
    void aPoolThatANodeDetachedFromSaysNothingOfIt() {
        a.heartbeat.detach(fromA);
        world.runMs(30_000);
        assertThat(b.heartbeat.seen(a.id).state()).isEqualTo(State.UNKNOWN);
        failsWith(ClusterError.NO_PROOF, this::prove);
        a.heartbeat.attach(fromA);
        world.runMs(3000);
        failsWith(ClusterError.ALIVE, this::prove);
    }

    @Test
    void aNewerIncarnationIsAProofOfTheOlderOnesEnd() {
        a.kill();
        world.registered.put(a.id, new UUID(5, 5));
        assertThat(prove().kind()).isEqualTo(Kind.NEWER_INCARNATION);
    }

    @Test
    void anIncarnationThatNoPoolShowsCannotBeProvenDead() {
        var unseen = new UUID(6, 6);
        world.registered.put(a.id, unseen);
        failsWith(ClusterError.NO_PROOF, () -> b.heartbeat.prove(a.id, unseen, sentence -> {}));
    }

    @Test
    void anIncarnationThatHungBeforeItsFirstRenewalWasLookedAtIsProvenDead() {
        a.kill();
        var anew = new UUID(6, 6);
        world.registered.put(a.id, anew);
        write(new SlotRecord(a.id, anew, 1, SlotRecord.Flag.RENEWED));
        assertThat(b.heartbeat.prove(a.id, anew, sentence -> {}).kind()).isEqualTo(Kind.SILENCE);
    }

    private void write(SlotRecord record) {
        try {
            fromB.write(0, record.encode());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    @Test
    void nothingIsSaidTwiceOfASilence() {
        fromB.writeMs = 60;
        a.kill();
        world.runMs(20);
        var said = new ArrayList<String>();
        b.heartbeat.prove(a.id, a.incarnation, said::add);
        assertThat(said).hasSizeGreaterThan(5).doesNotHaveDuplicates();
    }

    @Test
    void aNodeNeverProvesItselfDead() {
        failsWith(ClusterError.ALIVE, () -> a.heartbeat.prove(a.id, a.incarnation, sentence -> {}));
    }

    @Test
    void aCorruptRecordIsNoProofByItselfAndDoesNotHinderOne() {
        a.kill();
        pool.scribble(0, 40);
        var proof = prove();
        assertThat(proof.kind()).isEqualTo(Kind.SILENCE);
        assertThat(proof.incarnation()).isEqualTo(a.incarnation);
    }

    @Test
    void aForeignWriterInTheOwnSlotEndsTheLease() {
        pool.scribble(0, 33);
        world.runMs(9000);
        assertThat(a.serves()).isTrue();
        var copy = new SlotRecord(a.id, new UUID(9, 9), 1, SlotRecord.Flag.RENEWED);
        for (var i = 0; i < 20; i++) {
            world.at(world.nowNs() + World.ms(500L * i), () -> write(copy));
        }
        world.runMs(9000);
        assertThat(a.isDead()).isTrue();
    }

    @Test
    void withoutAnyPoolTheGateIsOpenWhileTheWatchdogAnswers() {
        var alone = world.new SimulatedNode(TIMING);
        assertThat(alone.serves()).isFalse();
        world.runMs(1100);
        assertThat(alone.serves()).isTrue();
        alone.loseWatchdog();
        assertThat(alone.serves()).isFalse();
    }

    @Test
    void aPoolThatCannotBeRenewedIsNotAttached() {
        var second = world.new SharedPool().from();
        second.broken = true;
        failsWith(ClusterError.FENCED, () -> a.heartbeat.attach(second));
        world.runMs(20_000);
        assertThat(a.serves()).isTrue();
    }

    @Test
    void aFirstRecordWhoseAnswerIsLostIsNoSilenceToOthers() {
        var alone = world.new SimulatedNode(TIMING);
        world.runMs(1100);
        var view = pool.from();
        view.answersLost = true;
        failsWith(ClusterError.FENCED, () -> alone.heartbeat.attach(view));
        world.runMs(20_000);
        assertThat(alone.serves()).isTrue();
        assertThat(b.heartbeat.seen(alone.id).state()).isEqualTo(State.UNKNOWN);
    }

    @Test
    void aNodeThatCouldNotSayThatItUsesAPoolNoMoreIsEndedBeforeItsSilenceIsAProof() {
        fromA.broken = true;
        a.heartbeat.detach(fromA);
        assertThat(prove().kind()).isEqualTo(Kind.SILENCE);
        assertThat(a.isDead()).isTrue();
    }
}
