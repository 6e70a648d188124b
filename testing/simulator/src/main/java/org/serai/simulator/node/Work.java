package org.serai.simulator.node;

import java.util.Optional;
import java.util.SplittableRandom;
import org.serai.database.DatabaseError;
import org.serai.ffdc.SeraiException;
import org.serai.message.MessageHandler;
import org.serai.message.core.daemon.Daemon;
import org.serai.simulator.kernel.Life;

/** What a member does: owns, changes, talks and listens, each on a task of its own. */
public final class Work {
    private final World world;
    private final Life life;
    private final SplittableRandom random;
    private final Owning owning;
    private final Changing changing;
    private final Talking talking;
    private final Listening listening;
    private boolean ended;

    Work(World world, NodeProcess process, Daemon daemon) {
        this.world = world;
        this.life = process.life();
        this.random = world.chance();
        this.changing = new Changing(world, process);
        this.owning = new Owning(world, process, changing);
        this.talking = new Talking(world, process, daemon);
        this.listening = new Listening(world, process);
    }

    void begin() {
        life.start(listening::begin);
        repeat(owning::act);
        repeat(world.pace().workMs() / 5, owning.writing()::act);
        repeat(world.pace().workMs() / 5, owning.writing()::act);
        repeat(changing::act);
        repeat(talking::act);
    }

    private void repeat(Runnable act) {
        repeat(world.pace().workMs(), act);
    }

    private void repeat(int mostMs, Runnable act) {
        life.start(() -> {
            while (!ended) {
                life.sleepMs(random.nextInt(mostMs) + 1);
                try {
                    if (!ended && !world.isResting()) {
                        act.run();
                    }
                } catch (SeraiException refused) {
                    if (refused.code() == DatabaseError.ENGINE) {
                        throw new IllegalStateException(
                                "whatever befalls the database it is used as it can be", refused);
                    }
                    world.trace().note(life.name(), refused.code().code() + " " + refused.getMessage());
                }
            }
        });
    }

    void end() {
        ended = true;
        listening.end();
        owning.end();
    }

    Optional<MessageHandler> handler(String topic) {
        return talking.handler(topic);
    }

    /** What this node holds. */
    public Owning owning() {
        return owning;
    }
}
