package org.serai.partition.core;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.serai.cluster.Fence;
import org.serai.cluster.Node;
import org.serai.cluster.Ownership;
import org.serai.database.Database;
import org.serai.ffdc.SeraiException;
import org.serai.message.MessageHandler;
import org.serai.message.Messages;
import org.serai.partition.Lpar;
import org.serai.partition.LparSpec;
import org.serai.partition.LparState;
import org.serai.partition.Outcome;
import org.serai.partition.PartitionError;
import org.serai.partition.Partitions;
import org.serai.partition.core.json.Json;
import org.serai.partition.core.record.LparRow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The partitions of one node: does what is this node's to do and asks other nodes for the rest. */
public final class PartitionNode implements Partitions, MessageHandler {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionNode.class);
    private static final long NO_GRACE_MS = 0;

    private final PartitionContext context;
    private final Supplier<Optional<Messages>> messages;
    private final Supplier<Limits> limits;
    private final Guests guests;
    private final Unfinished unfinished;
    private final LifeCycle lifeCycle;
    private final Definitions definitions;
    private final Claims claims;
    private Fence.Registration fence = () -> {};
    private Database.Registration changes = () -> {};

    /**
     * What is waited for at most.
     *
     * @param requestTimeout for an operation on another node
     * @param stopGrace for partitions to shut down at {@link #end}
     */
    public record Limits(Duration requestTimeout, Duration stopGrace) {}

    /**
     * Makes it; {@link #begin} lets it work.
     *
     * @param messages the way to other nodes, if there is one now
     * @param limits as they are configured now
     */
    public PartitionNode(PartitionContext context, Supplier<Optional<Messages>> messages, Supplier<Limits> limits) {
        this.context = context;
        this.messages = messages;
        this.limits = limits;
        Turns turns = new Turns();
        this.unfinished = new Unfinished(context);
        this.guests = new Guests(context, unfinished, turns);
        this.lifeCycle = new LifeCycle(context, turns, unfinished, guests);
        this.definitions = new Definitions(context, guests);
        this.claims = new Claims(context);
    }

    /** Listens to the fence and settles what earlier incarnations left. */
    public void begin() {
        fence = context.fence().onChange(guests);
        changes = context.database().onChange((revision, lines) -> {
            if (lines.isEmpty() || lines.stream().anyMatch(l -> l.table().equals("ownership"))) {
                context.workers().execute(() -> guests.all().forEach(guests::mayRun));
            }
        });
        new Recovery(context, lifeCycle).begin();
    }

    /** Stops the partitions that run here, all at once and within the grace; the definitions stay. */
    public void end() {
        fence.close();
        changes.close();
        CompletableFuture.allOf(guests.all().stream()
                        .map(g -> CompletableFuture.runAsync(() -> end(g), context.workers()))
                        .toArray(CompletableFuture[]::new))
                .join();
    }

    private void end(Guest guest) {
        try {
            lifeCycle.stop(guest.name(), limits.get().stopGrace(), sentence -> LOG.info("{}", sentence));
        } catch (SeraiException e) {
            LOG.warn("partition {} is ended with the node: {}", guest.name(), e.getMessage());
            guest.machine().kill();
        }
    }

    @Override
    public Lpar create(LparSpec spec) {
        return definitions.shown(definitions.create(spec));
    }

    @Override
    public void delete(String name) {
        lifeCycle.delete(name, sentence -> LOG.info("{}", sentence));
    }

    @Override
    public List<Lpar> all() {
        return definitions.all();
    }

    @Override
    public Lpar lpar(String name) {
        return definitions.shown(context.records().lpar(name));
    }

    @Override
    public Outcome start(String name, Optional<String> target, Consumer<String> progress) {
        return at(target, Kinds.START, name, NO_GRACE_MS, progress);
    }

    @Override
    public Outcome resume(String name, Optional<String> target, Consumer<String> progress) {
        return at(target, Kinds.RESUME, name, NO_GRACE_MS, progress);
    }

    @Override
    public Outcome remoteRestart(String name, Optional<String> target, Consumer<String> progress) {
        return at(target, Kinds.REMOTE_RESTART, name, NO_GRACE_MS, progress);
    }

    @Override
    public Outcome stop(String name, Duration grace, Consumer<String> progress) {
        return at(holder(name), Kinds.STOP, name, grace.toMillis(), progress);
    }

    @Override
    public Outcome dropImage(String name, Consumer<String> progress) {
        return done(lifeCycle.dropImage(name, progress), name);
    }

    @Override
    public Outcome hibernate(String name, Consumer<String> progress) {
        return at(holder(name), Kinds.HIBERNATE, name, NO_GRACE_MS, progress);
    }

    /** The node that holds a partition now. */
    private Optional<String> holder(String name) {
        LparRow row = context.records().lpar(name);
        if (guests.guest(row.id()).isPresent()) {
            return Optional.empty();
        }
        Optional<UUID> node = row.state() == LparState.RUNNING
                ? row.node()
                : claims.holder(row).flatMap(Ownership.Owner::holder);
        return node.map(UUID::toString);
    }

    private Outcome at(Optional<String> target, String kind, String name, long graceMs, Consumer<String> progress) {
        LparRow row = context.records().lpar(name);
        Optional<Node> other = target.map(context.membership()::node)
                .filter(n -> !n.id().equals(context.self().id()));
        if (other.isEmpty()) {
            return done(here(kind, name, graceMs, progress), name);
        }
        String nodeName = other.get().name();
        Messages way = messages.get()
                .orElseThrow(() -> PartitionError.TARGET_UNREACHABLE.error(
                        "Node " + nodeName + " cannot be asked for " + kind + " of partition " + row.name(),
                        "this node has no connection to the cluster's other nodes",
                        "look at cluster:status, or give the command on node " + nodeName));
        progress.accept("Node " + nodeName + " is asked to do it.");
        Forwarding.Reply reply = Forwarding.ask(
                way,
                other.get().id(),
                nodeName,
                new Forwarding.Request(kind, name, graceMs),
                limits.get().requestTimeout());
        reply.progress().forEach(progress);
        context.database().catchUp(reply.revision());
        return new Outcome(reply.token(), withConsole(lpar(name), reply.consoleLog()), reply.timesMs());
    }

    private Outcome done(Operation done, String name) {
        return new Outcome(done.token(), lpar(name), Collections.unmodifiableMap(done.timesMs()));
    }

    private Operation here(String kind, String name, long graceMs, Consumer<String> progress) {
        return switch (kind) {
            case Kinds.START -> lifeCycle.start(name, progress);
            case Kinds.STOP -> lifeCycle.stop(name, Duration.ofMillis(graceMs), progress);
            case Kinds.HIBERNATE -> lifeCycle.hibernate(name, progress);
            case Kinds.RESUME -> lifeCycle.resume(name, progress);
            case Kinds.REMOTE_RESTART -> lifeCycle.remoteRestart(name, progress);
            default ->
                throw PartitionError.OPERATION_FAILED.error(
                        "Partition " + name + " was not touched",
                        "this node does not know the operation " + kind,
                        "run the same version on all nodes");
        };
    }

    /** Does what another node asks for, here or not at all: a request is not handed on again. */
    @Override
    public byte[] handle(UUID from, byte[] payload) {
        List<String> progress = Collections.synchronizedList(new ArrayList<>());
        try {
            Forwarding.Request request = Json.read(payload, Forwarding.Request.class);
            LOG.info("node {} asks for {} of partition {}", from, request.kind(), request.name());
            Operation done = here(request.kind(), request.name(), request.graceMs(), progress::add);
            String console = lpar(request.name()).consoleLog().orElse("");
            return Json.bytes(new Forwarding.Reply(
                    done.token(),
                    done.timesMs(),
                    console,
                    List.copyOf(progress),
                    context.database().revision(),
                    null));
        } catch (SeraiException e) {
            return failure(e, progress);
        } catch (UncheckedIOException e) {
            return failure(
                    PartitionError.OPERATION_FAILED.error(
                            "A request of node " + from + " was refused",
                            "it is not understood",
                            "run the same version on all nodes",
                            e),
                    progress);
        }
    }

    private static byte[] failure(SeraiException e, List<String> progress) {
        return Json.bytes(
                new Forwarding.Reply(new UUID(0, 0), Map.of(), "", List.copyOf(progress), 0, Forwarding.Failure.of(e)));
    }

    private static Lpar withConsole(Lpar l, String console) {
        return new Lpar(
                l.id(),
                l.name(),
                l.client(),
                l.state(),
                l.node(),
                l.epoch(),
                l.hypervisor(),
                l.accelerator(),
                l.memoryBytes(),
                l.cpus(),
                l.adapters(),
                Optional.of(console).filter(c -> !c.isEmpty()),
                l.image());
    }
}
