package org.serai.message.core.daemon;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.serai.ffdc.SeraiException;
import org.serai.message.Message;
import org.serai.message.MessageStats;
import org.serai.message.Receipts;
import org.serai.message.Response;
import org.serai.message.TracedPacket;
import org.serai.message.Viod;
import org.serai.message.core.packet.Drop;
import org.serai.message.core.packet.Header;
import org.serai.message.core.packet.Malformed;
import org.serai.message.core.packet.Packet;
import org.serai.message.core.packet.SubHeader;
import org.serai.message.core.packet.SubHeader.Opcode;
import org.serai.message.core.packet.SubHeader.Place;
import org.serai.message.core.packet.TransactionId;
import org.serai.message.core.vke.Alarm;
import org.serai.message.core.vke.Counts;
import org.serai.message.core.vke.Deadlines;
import org.serai.message.core.vke.Registry;
import org.serai.message.core.vke.Room;
import org.serai.message.core.vke.Traces;
import org.serai.message.core.vke.Vke;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The upper half of messaging. Builds packets and hands them to the VKE, sends again to those whose receipts are
 * missing, keeps the response queue, and hands what comes to handlers. It has no thread and waits for nothing.
 */
public final class Daemon implements Viod, Vke.Above {
    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);
    private static final int FIRST_RC_LENGTH = 4;
    private static final int MAX_UNCONFIRMED = 32_768;
    private static final long MAX_UNCONFIRMED_BYTES = 32 << 20;

    private final UUID self;
    private final UUID life;
    private final Registry registry;
    private final Handlers handlers;
    private final Patience patience;
    private final LongSupplier nanoClock;
    private final Counts counts = new Counts();
    private final Traces traces = new Traces();
    private final Vke vke;
    private final ReceiveQueue receiving;
    private final ResponseQueue responses;
    private final AtomicLong number = new AtomicLong();
    private final Map<Long, Pending> pending = new ConcurrentHashMap<>();
    private final Room unconfirmed = new Room(MAX_UNCONFIRMED, MAX_UNCONFIRMED_BYTES);
    private volatile int rcLength = FIRST_RC_LENGTH;

    /**
     * A daemon with its VKE, without a link.
     *
     * @param handlers take what comes
     * @param threads run handlers; must not run anything at once on the thread that hands it over
     * @param random where the life of this daemon is drawn from: its messages are told from those of a former life
     */
    public Daemon(
            UUID self,
            Registry registry,
            Handlers handlers,
            Executor threads,
            RandomGenerator random,
            LongSupplier nanoClock,
            Alarm alarm,
            Patience patience) {
        this.self = self;
        this.registry = registry;
        this.handlers = handlers;
        this.nanoClock = nanoClock;
        this.patience = patience;
        life = new UUID(random.nextLong(), random.nextLong());
        Deadlines deadlines = new Deadlines(nanoClock, alarm);
        vke = new Vke(self, life, registry, nanoClock, deadlines, counts, traces, this);
        receiving = new ReceiveQueue(threads);
        responses = new ResponseQueue(nanoClock, deadlines, counts);
    }

    /** A message whose receipts are waited for. */
    private static final class Pending {
        private final Packet packet;
        private final long begunNanos;
        private final CompletableFuture<Receipts> receipts = new CompletableFuture<>();
        private int attempt = 1;

        Pending(Packet packet, long begunNanos) {
            this.packet = packet;
            this.begunNanos = begunNanos;
        }
    }

    /** The lower half, which transports bring their messages to. */
    public Vke vke() {
        return vke;
    }

    @Override
    public Sending send(Message message, Consumer<Response> caller) {
        check(message);
        if (message.receipts() && !unconfirmed.take(message.payload().length)) {
            throw Errors.tooMany(message.topic(), MAX_UNCONFIRMED, MAX_UNCONFIRMED_BYTES);
        }
        TransactionId transaction = new TransactionId(life, number.incrementAndGet());
        Packet packet = packet(message, transaction);
        counts.count(Counts.What.SENT);
        CompletableFuture<List<Response>> answers = message.response()
                .map(within -> responses.await(
                        transaction,
                        targets(message),
                        within,
                        caller,
                        () -> giveUp(transaction.number()),
                        node -> Errors.noAnswer(
                                message.topic(), node, "it did not come within " + within.toMillis() + " ms")))
                .orElseGet(() -> CompletableFuture.completedFuture(List.of()));
        if (!packet.wantsReceipts()) {
            vke.send(packet, 0);
            return new Sending(
                    transaction.toString(),
                    CompletableFuture.completedFuture(new Receipts(transaction.toString(), List.of())),
                    answers);
        }
        Pending waiting = new Pending(packet, nanoClock.getAsLong());
        pending.put(transaction.number(), waiting);
        try {
            submit(packet, patience.receiptMs(1));
        } catch (RuntimeException e) {
            giveUp(transaction.number());
            forget(transaction.number());
            throw e;
        }
        return new Sending(transaction.toString(), waiting.receipts, answers);
    }

    private static void check(Message message) {
        int topicBytes = message.topic().getBytes(StandardCharsets.UTF_8).length;
        int originatorBytes = message.originator().getBytes(StandardCharsets.UTF_8).length;
        if (topicBytes == 0
                || topicBytes > Packet.MAX_TEXT_BYTES
                || originatorBytes > Packet.MAX_TEXT_BYTES
                || message.targets().size() > Packet.MAX_TARGETS) {
            throw Errors.badMessage(
                    topicBytes, originatorBytes, message.targets().size());
        }
        if (message.payload().length > Packet.MAX_PAYLOAD_BYTES) {
            throw Errors.tooLarge(message.topic(), message.payload().length);
        }
    }

    private Packet packet(Message message, TransactionId transaction) {
        boolean receipts = message.receipts();
        return new Packet(
                new Header(transaction, Header.Status.OK, 0, message.origin(), receipts),
                new SubHeader(
                        Opcode.MESSAGE,
                        self,
                        message.isBroadcast()
                                ? List.of()
                                : message.targets().stream().sorted().toList(),
                        message.isBroadcast(),
                        message.response().isPresent(),
                        Place.NONE,
                        receipts ? transaction.number() : 0,
                        receipts ? rcLength : 0,
                        message.originator(),
                        message.topic()),
                message.payload());
    }

    private List<UUID> targets(Message message) {
        return message.isBroadcast()
                ? registry.nodes().stream().filter(node -> !node.equals(self)).toList()
                : List.copyOf(message.targets());
    }

    /** Sends; an RC array that is too short for the cluster is made longer, and the sender sees nothing of it. */
    private void submit(Packet packet, long timeOutMs) {
        Packet held = packet;
        for (Optional<Header> back = vke.send(held, timeOutMs); back.isPresent(); back = vke.send(held, timeOutMs)) {
            counts.count(Counts.What.GROWN);
            rcLength = Math.max(back.get().neededLength(), registry.nodes().size());
            held = held.withRcLength(rcLength);
        }
    }

    /** Sends again to those whose receipts are missing, and to those only, until it is enough. */
    @Override
    public void receipts(Vke.RcState state) {
        Pending waiting = pending.get(state.reference());
        if (waiting == null) {
            return;
        }
        if (state.closed().isPresent()) {
            end(state.reference(), state.closed().get().receipts());
            return;
        }
        boolean impatient = nanoClock.getAsLong() - waiting.begunNanos >= patience.unseenMs() * 1_000_000;
        List<UUID> again = state.failed().stream()
                .filter(node -> !impatient || !state.unreached().contains(node))
                .toList();
        if (again.isEmpty() || waiting.attempt >= patience.attempts()) {
            giveUp(state.reference());
            return;
        }
        waiting.attempt++;
        again.forEach(_ -> counts.count(Counts.What.SENT_AGAIN));
        submit(waiting.packet.toOnly(again), patience.receiptMs(waiting.attempt));
    }

    /** The array as it is now is how it ends. */
    private void giveUp(long reference) {
        vke.close(reference).ifPresent(closed -> end(reference, closed.receipts()));
    }

    /** Once for each array, by whoever had it closed. */
    private void end(long reference, Receipts ended) {
        Pending waiting = forget(reference).orElseThrow();
        Packet packet = waiting.packet;
        if (packet.sub().response()) {
            failUnconfirmed(packet, ended);
        }
        waiting.receipts.complete(ended);
    }

    private Optional<Pending> forget(long reference) {
        Optional<Pending> known = Optional.ofNullable(pending.remove(reference));
        known.ifPresent(waiting -> unconfirmed.give(waiting.packet.payload().length));
        return known;
    }

    private void failUnconfirmed(Packet packet, Receipts ended) {
        ended.entries().stream()
                .filter(entry -> entry.state() == Receipts.State.FAILED)
                .forEach(entry -> responses.fail(
                        packet.header().transaction(),
                        entry.node(),
                        Errors.notConnected(packet.sub().topic(), entry.node(), registry)));
    }

    @Override
    public boolean hasRoom(UUID sender) {
        return receiving.hasRoom(sender);
    }

    @Override
    public void message(Packet packet) {
        UUID from = packet.sub().sender();
        if (packet.sub().response()) {
            receiving.atOnce(from, packet.payload().length, () -> answer(packet));
        } else {
            receiving.inOrder(
                    from,
                    packet.payload().length,
                    () -> handlers.hear(from, packet.sub().topic(), packet.payload()));
        }
    }

    @Override
    public void messagesQueued() {
        receiving.start();
    }

    private void answer(Packet asked) {
        Packet response;
        try {
            byte[] answer = handlers.answer(asked.sub().sender(), asked.sub().topic(), asked.payload());
            if (answer.length > Packet.MAX_PAYLOAD_BYTES) {
                throw Errors.tooLarge(asked.sub().topic(), answer.length);
            }
            response = asked.response(self, Header.Status.OK, answer);
        } catch (SeraiException e) {
            response = asked.response(self, Header.Status.FAILED, Fault.encode(e));
        }
        vke.send(response, 0);
    }

    /** Recognised by its opcode; goes to the caller who waits for it. */
    @Override
    public boolean response(Packet packet) {
        UUID from = packet.sub().sender();
        TransactionId transaction = packet.header().transaction();
        if (!transaction.life().equals(life)) {
            return false;
        }
        boolean wanted = responses.accept(transaction, read(from, packet));
        if (wanted) {
            vke.confirmed(transaction.number(), from);
        }
        return wanted;
    }

    private Response read(UUID from, Packet packet) {
        if (packet.header().status() == Header.Status.OK) {
            return new Response.Answer(from, packet.payload());
        }
        try {
            return new Response.Failure(from, Fault.decode(packet.payload()));
        } catch (Malformed e) {
            counts.drop(Drop.BAD_ERROR);
            LOG.debug("The error of node {} cannot be read", from, e);
            return new Response.Failure(from, Errors.unreadable(from));
        }
    }

    @Override
    public void viewChanged(Set<UUID> nodes) {
        LOG.info("The transport sees {} node(s): {}", nodes.size(), nodes);
    }

    @Override
    public Tracing trace(Consumer<TracedPacket> listener) {
        return traces.add(listener);
    }

    @Override
    public MessageStats stats() {
        return new MessageStats(
                registry.wire(),
                counts.of(Counts.What.SENT),
                counts.of(Counts.What.SENT_AGAIN),
                counts.of(Counts.What.HANDED_UP),
                counts.of(Counts.What.RECEIPTS_SENT),
                counts.of(Counts.What.RECEIPTS_RECEIVED),
                counts.of(Counts.What.RECEIPTS_MISSING),
                counts.of(Counts.What.GROWN),
                counts.of(Counts.What.RESPONSES_RECEIVED),
                counts.of(Counts.What.RESPONSES_MISSING),
                counts.receiptLatency().summary(),
                counts.responseLatency().summary(),
                vke.queued(),
                vke.openArrays(),
                responses.depth(),
                receiving.depth(),
                counts.dropped());
    }
}
