package org.serai.scsi.target.lu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class InFlightTest {
    private final InFlight inFlight = new InFlight();

    private CompletableFuture<Void> waiting() {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        CompletableFuture<Void> done = CompletableFuture.runAsync(() -> {
            thread.complete(Thread.currentThread());
            inFlight.await();
        });
        await().until(() -> done.isDone() || thread.join().getState() == Thread.State.WAITING);
        return done;
    }

    @Test
    void nobodyIsWaitedForWhenNobodyIsThere() {
        inFlight.leave(inFlight.enter());
        inFlight.await();
        inFlight.await();
        assertThat(waiting()).isCompleted();
    }

    @Test
    void whatHasBegunIsWaitedForAndWhatBeginsLaterIsNot() {
        int before = inFlight.enter();
        CompletableFuture<Void> done = waiting();
        assertThat(done).isNotDone();
        int after = inFlight.enter();
        inFlight.leave(before);
        // the side of the later command is emptied in turn, for it may have been entered before the wait began
        inFlight.leave(after);
        await().until(done::isDone);
    }

    @Test
    void aWaitThatFollowsSeesWhatTheOneBeforeLeft() {
        int first = inFlight.enter();
        CompletableFuture<Void> one = waiting();
        inFlight.leave(first);
        await().until(one::isDone);
        int second = inFlight.enter();
        CompletableFuture<Void> two = waiting();
        assertThat(two).isNotDone();
        inFlight.leave(second);
        await().until(two::isDone);
    }
}
