package org.serai.simulator.kernel;

import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.serai.cluster.core.time.Rounds;
import org.serai.ffdc.SeraiException;

/**
 * Rounds of one process.
 *
 * @param life the process
 */
public record LifeRounds(Life life) implements Rounds {
    @Override
    public Round every(String name, long periodMs, Runnable work) {
        var ended = new boolean[1];
        life.start(() -> {
            var periodNs = TimeUnit.MILLISECONDS.toNanos(periodMs);
            var next = life.nanoTime();
            while (!ended[0]) {
                once(name, work);
                next = Math.max(next + periodNs, life.nanoTime());
                life.sleepNs(next - life.nanoTime());
            }
        });
        return () -> ended[0] = true;
    }

    private void once(String name, Runnable work) {
        try {
            work.run();
        } catch (SeraiException expected) {
            life.loop().trace().note(life.name(), "round of " + name + ": " + expected.getMessage());
        } catch (RuntimeException | AssertionError unexpected) {
            life.loop().trace().failed(life.name() + " " + name, unexpected);
        }
    }

    @Override
    public Executor serial(String name) {
        return new LifeThread(life);
    }

    @Override
    public void pause(long ms) {
        life.sleepMs(ms);
    }
}
