package org.serai.simulator.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.serai.cluster.Clients;
import org.serai.cluster.Grant;
import org.serai.cluster.Journal;
import org.serai.cluster.Ownership;
import org.serai.cluster.core.ownership.ClientRow;
import org.serai.database.Database;
import org.serai.database.DatabaseError;
import org.serai.database.Transaction;
import org.serai.ffdc.SeraiException;

/** Changes the configuration, with and without a lock, and does journalled operations that others may have to finish. */
final class Changing {
    private static final String KIND = "simulated";

    private final World world;
    private final NodeProcess process;
    private final SplittableRandom random;
    private final Clients clients;
    private final Database database;
    private final Ownership ownership;
    private final Journal journal;
    private final List<String> mine = new ArrayList<>();
    private final String alias;
    private long count;

    Changing(World world, NodeProcess process) {
        this.world = world;
        this.process = process;
        this.random = world.chance();
        this.alias = process.alias();
        this.clients = process.service(Clients.class);
        this.database = process.service(Database.class);
        this.ownership = process.service(Ownership.class);
        this.journal = process.service(Journal.class);
    }

    private String name(String kind) {
        return kind + "-" + alias + "-" + ++count;
    }

    void act() {
        if (mine.size() > 3 && random.nextInt(3) == 0) {
            var name = mine.removeFirst();
            world.changes().undoing(name);
            clients.delete(name);
            world.changes().undone(name);
            return;
        }
        var name = name("c");
        world.changes().begun(name);
        clients.create(name);
        world.changes().made(name);
        mine.add(name);
    }

    /** A change that only the holder may make. */
    void under(Grant grant) {
        if (random.nextInt(2) == 0) {
            operate(grant);
            return;
        }
        var name = name("u");
        world.changes().begun(name);
        insert(grant, name);
        world.changes().made(name);
    }

    private void insert(Grant grant, String name) {
        database.write(transaction -> {
            require(transaction, grant);
            return transaction.insert(new ClientRow(transaction.next("client"), name));
        });
    }

    private void require(Transaction transaction, Grant grant) {
        ownership.require(transaction, grant);
        var owner = ownership.owner(transaction, grant.object()).orElseThrow();
        if (owner.epoch() != grant.epoch() || !owner.incarnation().equals(Optional.of(grant.incarnation()))) {
            throw world.trace().broken("nothing is written under a stale epoch: " + grant + ", but " + owner);
        }
    }

    private void operate(Grant grant) {
        var entry = journal.begin(KIND, grant.object(), "");
        process.life().sleepMs(random.nextInt(200));
        finish(grant, entry);
    }

    /** Finishes what holders before this one began. */
    void goOn(Grant grant) {
        try {
            for (var entry : journal.open(KIND)) {
                if (entry.object().equals(grant.object())) {
                    finish(grant, entry);
                }
            }
        } catch (SeraiException later) {
            world.trace().note(process.life().name(), "operations are left open: " + later.getMessage());
        }
    }

    /** The effect is made with the step that says so: of all who try, one makes it. */
    private void finish(Grant grant, Journal.Entry begun) {
        var entry = begun;
        if (entry.step().isEmpty()) {
            var name = "j-" + entry.token();
            world.changes().begun(name);
            try {
                entry = database.write(transaction -> {
                    require(transaction, grant);
                    transaction.insert(new ClientRow(transaction.next("client"), name));
                    return journal.step(transaction, begun, "made", "");
                });
            } catch (SeraiException failed) {
                if (failed.code() == DatabaseError.CONFLICT) {
                    throw world.trace().broken("an operation is done once: " + begun.token());
                }
                throw failed;
            }
            world.changes().made(name);
        }
        journal.end(entry, Journal.State.DONE, "");
    }
}
