package org.serai.cluster.core.software;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.serai.ffdc.Category;
import org.serai.ffdc.SeraiException;

/**
 * A question to another node. A node that lives may be out of the transport's sight for a while, as after the death of
 * another one, and is asked again; one that is dead does not answer, which the transport may find out late.
 */
final class Asked {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration AGAIN = Duration.ofMillis(500);

    private final Runnable question;
    private final CompletableFuture<Boolean> answer = new CompletableFuture<>();

    /** Asks, beside the caller. */
    Asked(Runnable question) {
        this.question = question;
        Thread.ofVirtual().name("cluster-bundles ask").start(this::ask);
    }

    private void ask() {
        long begun = System.nanoTime();
        while (!answer.isDone()) {
            try {
                question.run();
                answer.complete(true);
            } catch (SeraiException failed) {
                if (failed.code().category() != Category.RETRY || System.nanoTime() - begun > PATIENCE.toNanos()) {
                    answer.completeExceptionally(failed);
                }
                LockSupport.parkNanos(AGAIN.toNanos());
            } catch (RuntimeException defect) {
                answer.completeExceptionally(defect);
            }
        }
    }

    /** Waits for the answer; false if the node turns out to be dead before it comes. Fails as the last question did. */
    boolean isAnswered(BooleanSupplier isDead) {
        while (true) {
            try {
                return answer.get(AGAIN.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException notYet) {
                if (isDead.getAsBoolean()) {
                    answer.complete(false);
                }
            } catch (ExecutionException failed) {
                if (failed.getCause() instanceof RuntimeException cause) {
                    throw cause;
                }
                throw new IllegalStateException(failed.getCause());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                answer.cancel(false);
                throw new IllegalStateException("interrupted while another node was asked", interrupted);
            }
        }
    }
}
