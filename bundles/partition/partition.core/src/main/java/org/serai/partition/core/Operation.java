package org.serai.partition.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.serai.cluster.ClusterError;
import org.serai.cluster.Grant;
import org.serai.cluster.Journal;
import org.serai.ffdc.SeraiException;
import org.serai.partition.LparState;
import org.serai.partition.PartitionError;
import org.serai.partition.core.json.Json;
import org.serai.partition.core.record.LparRow;
import org.serai.partition.core.record.Records;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * One operation on a partition: its token, its steps in the journal, and how each is undone. Up to the point of no
 * return a failure undoes what was done, in reverse order; behind it the operation only goes forward, if need be later.
 */
final class Operation {
    private static final Logger LOG = LoggerFactory.getLogger(Operation.class);

    private final PartitionContext context;
    private final Unfinished unfinished;
    private final LparRow row;
    private final Consumer<String> progress;
    private final long startedNanos;
    private final Map<String, String> detail = new LinkedHashMap<>();
    private final Map<String, Long> timesMs = new LinkedHashMap<>();
    private final Deque<Unfinished.Task> undo = new ArrayDeque<>();
    private final List<Unfinished.Task> forward = new ArrayList<>();
    private final List<Unfinished.Task> last = new ArrayList<>();
    private boolean noReturn;
    private Journal.Entry entry;
    /** The entry after a step of which it may not be known whether it was committed. */
    private Journal.Entry begun;

    private Operation(
            PartitionContext context, Unfinished unfinished, String kind, LparRow row, Consumer<String> progress) {
        this.context = context;
        this.unfinished = unfinished;
        this.row = row;
        this.progress = progress;
        this.startedNanos = context.nanoTime().getAsLong();
        this.entry = context.journal().begin(kind, row.object(), "{}");
        this.begun = entry;
    }

    /** Does the body as one journalled operation. */
    static Operation run(
            PartitionContext context,
            Unfinished unfinished,
            String kind,
            LparRow row,
            Consumer<String> progress,
            Consumer<Operation> body) {
        Operation operation = new Operation(context, unfinished, kind, row, progress);
        try (var _ = MDC.putCloseable("operation", operation.token().toString());
                var _ = MDC.putCloseable("lpar", row.name())) {
            LOG.info("{} of partition {} begins", kind, row.name());
            body.accept(operation);
            operation.done();
            return operation;
        } catch (RuntimeException | Error e) {
            throw operation.failed(e);
        }
    }

    UUID token() {
        return entry.token();
    }

    Map<String, Long> timesMs() {
        return timesMs;
    }

    /** Remembers what undoing needs; it is in the journal from the next step on. */
    void note(String key, String value) {
        detail.put(key, value);
    }

    /** Writes into the journal what is about to be done, and tells it. */
    void step(String step, String sentence) {
        entry = context.journal().step(entry, step, Json.text(detail));
        begun = entry;
        tell(sentence);
    }

    /** Tells what is about to be done, and writes it together with the partition's next state, in one commit. */
    void step(String step, String sentence, Grant grant, LparState next, Records.Change change) {
        tell(sentence);
        context.records().move(grant, row.id(), next, (tx, r) -> {
            begun = context.journal().step(tx, entry, step, Json.text(detail));
            return change.in(tx, r);
        });
        entry = begun;
    }

    void tell(String sentence) {
        progress.accept(sentence);
    }

    /** What undoes the step that is about to be done; it must bear that the step was not done, or was undone. */
    void undo(String what, Runnable work) {
        undo.push(new Unfinished.Task(what, work));
    }

    /** Nothing is undone any more. */
    void pointOfNoReturn() {
        noReturn = true;
        undo.clear();
    }

    /** Does something behind the point of no return; if it fails it is done later, and all that follows after it. */
    void forward(String what, Runnable work) {
        if (!noReturn) {
            throw new IllegalStateException(what + " comes before the point of no return");
        }
        forward.add(new Unfinished.Task(what, work));
    }

    /** What is done when all else is done and recorded: giving the partition back, so that nobody finds it half done. */
    void last(String what, Runnable work) {
        last.add(new Unfinished.Task(what, work));
    }

    /** Records the time since the beginning. */
    void timeSinceBegin(String name) {
        timesMs.put(name, context.msSince(startedNanos));
    }

    /** Does something and records how long it took. */
    void timed(String name, Runnable work) {
        long from = context.nanoTime().getAsLong();
        work.run();
        timesMs.put(name, context.msSince(from));
    }

    private void done() {
        if (!noReturn) {
            pointOfNoReturn();
        }
        forward("recording the end of the operation", () -> end(Journal.State.DONE));
        forward.addAll(last);
        if (!unfinished.run(row.id(), forward)) {
            tell("The partition's record is completed as soon as the database and the pool can be reached.");
        }
    }

    private RuntimeException failed(Throwable failure) {
        LOG.warn("{} of partition {} failed: {}", entry.kind(), row.name(), failure.getMessage());
        List<Unfinished.Task> tasks = new ArrayList<>(noReturn ? forward : undo);
        tasks.add(new Unfinished.Task(
                "recording the end of the operation", () -> end(noReturn ? Journal.State.DONE : Journal.State.UNDONE)));
        if (noReturn) {
            tasks.addAll(last);
        }
        if (!unfinished.run(row.id(), tasks)) {
            tell("What was begun cannot be undone completely yet; it is tried again until it is.");
        }
        return switch (failure) {
            case SeraiException e -> e;
            case Error e -> throw e;
            default ->
                PartitionError.OPERATION_FAILED.error(
                        "Operation " + entry.kind() + " of partition " + row.name() + " failed and was undone",
                        String.valueOf(failure.getMessage()),
                        "look into the log at operation " + token() + " and try again",
                        failure);
        };
    }

    private void end(Journal.State state) {
        try {
            entry = context.journal().end(entry, state, Json.text(detail));
        } catch (SeraiException e) {
            if (e.code() != ClusterError.STALE_EPOCH || begun == entry) {
                throw e;
            }
            entry = context.journal().end(begun, state, Json.text(detail));
        }
    }
}
