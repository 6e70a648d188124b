package org.serai.partition.core;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.serai.database.Archive;
import org.serai.database.ChangeListener;
import org.serai.database.Database;
import org.serai.database.DatabaseError;
import org.serai.database.RowObserver;
import org.serai.database.Transaction;
import org.serai.database.View;
import org.serai.database.Work;

/** The database as it is reached from a node of the tests: it can be away, or lose the answer to a commit. */
record Flaky(TestNode node, Database database) implements Database {
    @Override
    public <R> R write(Work<R> work) {
        check();
        R result = database.write(work);
        if (node.loseNextAnswer) {
            node.loseNextAnswer = false;
            node.databaseAway = true;
            check();
        }
        return result;
    }

    @Override
    public <R> R read(Work<R> work) {
        check();
        return database.read(work);
    }

    private void check() {
        if (node.databaseAway) {
            throw DatabaseError.UNREACHABLE.error("the database is away", "no answer", "wait");
        }
    }

    @Override
    public <T extends Record> View<T> view(Class<T> type) {
        return database.view(type);
    }

    @Override
    public <R> Optional<R> steady(int tries, Supplier<R> reading) {
        return database.steady(tries, reading);
    }

    @Override
    public long revision() {
        return database.revision();
    }

    @Override
    public String seen() {
        return database.seen();
    }

    @Override
    public Registration onGoneBack(Consumer<Transaction> looking) {
        return database.onGoneBack(looking);
    }

    @Override
    public void catchUp(long revision) {
        database.catchUp(revision);
    }

    @Override
    public Archive archive() {
        return database.archive();
    }

    @Override
    public Registration onChange(ChangeListener listener) {
        return database.onChange(listener);
    }

    @Override
    public Registration alongside(RowObserver observer) {
        return database.alongside(observer);
    }

    @Override
    public Status status() {
        return database.status();
    }

    @Override
    public void close() {
        database.close();
    }
}
