package org.serai.storage.core.relay;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.serai.cluster.Delegations;
import org.serai.cluster.Delegations.Delegation;
import org.serai.cluster.Fence;
import org.serai.cluster.Liveness;
import org.serai.cluster.Membership;
import org.serai.cluster.Neighbours;
import org.serai.cluster.Node;
import org.serai.message.MessageHandler;
import org.serai.message.Messages;
import org.serai.storage.Relayed;
import org.serai.storage.RelayedIo;
import org.serai.storage.core.StorageComponent;
import org.serai.storage.core.attach.Attachment;
import org.serai.storage.core.attach.Attachments;
import org.serai.storage.core.attach.Lasting;
import org.serai.storage.spi.DirectPvs;
import org.serai.storage.spi.PvAccess;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the wire to where ways are needed, serves neighbours, and looks after both. */
@Component(
        service = {MessageHandler.class, Relayed.class},
        property = "message.topic=" + RelayComponent.TOPIC,
        immediate = true)
public final class RelayComponent implements MessageHandler, Relayed {
    static final String TOPIC = "pv.relay";

    private static final Logger LOG = LoggerFactory.getLogger(RelayComponent.class);
    private static final long EVERY_MS = 1_000;
    private static final long END_WITHIN_MS = 800;
    /** What a neighbour is to end is looked for more often: the node that asks for it has no path until then. */
    private static final long GIVEN_UP_EVERY_MS = 200;

    private static final long ANSWER_WITHIN_MS = 3_000;

    private final Lasting troubles = new Lasting(LOG);
    private final Attachments attachments;
    private final Relays relays;
    private final Membership membership;
    private final Neighbours neighbours;
    private final Delegations delegations;
    private final Aftercare aftercare;
    private final Relaying relaying;
    private final ScheduledExecutorService rounds = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("storage-neighbours").daemon().factory());
    /** What others asked for blocks in system calls, on which virtual threads must not wait. */
    private final ExecutorService blocking = Executors.newCachedThreadPool(
            Thread.ofPlatform().name("storage-for-neighbour-", 0).daemon().factory());
    /** Opening a path may hang; nothing else waits for that. */
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("storage-direct").daemon().factory());

    /** Serves from now on. */
    @Activate
    public RelayComponent(
            @Reference StorageComponent storage,
            @Reference Membership membership,
            @Reference Liveness liveness,
            @Reference Fence fence,
            @Reference Neighbours neighbours,
            @Reference Delegations delegations) {
        this.attachments = storage.service().attachments();
        this.relays = attachments.relays();
        this.membership = membership;
        this.neighbours = neighbours;
        this.delegations = delegations;
        Node self = membership.self();
        this.relaying = new Relaying(
                new Relaying.Self(self.id(), self.incarnation()),
                fence,
                delegations,
                new Attached(),
                END_WITHIN_MS,
                blocking);
        this.aftercare = new Aftercare(membership, liveness, delegations, relaying);
        repeat(rounds, EVERY_MS, "what goes through neighbours is looked after", aftercare::round);
        repeat(rounds, GIVEN_UP_EVERY_MS, "what others gave up is ended", relaying::endGivenUp);
        repeat(looks, EVERY_MS, "direct ways are looked for", this::look);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void bindMessages(Messages messages) {
        relays.through(Optional.of(new Relays.Through(new MessageWire(messages), delegations, answerWithinMs())));
    }

    void unbindMessages(Messages messages) {
        relays.through(Optional.empty());
    }

    /** What goes on for others has ended when this returns. */
    @Deactivate
    void deactivate() {
        relays.through(Optional.empty());
        rounds.shutdownNow();
        looks.shutdownNow();
        relaying.close();
        blocking.shutdown();
    }

    @Override
    public byte[] handle(UUID from, byte[] payload) {
        return relaying.answer(from, payload);
    }

    @Override
    public List<RelayedIo> io() {
        return relaying.io();
    }

    /** Another neighbour has to be found, and the node's heartbeat to be written, long before its lease ends. */
    private long answerWithinMs() {
        return Math.min(ANSWER_WITHIN_MS, membership.cluster().leaseMs() / 4);
    }

    private void repeat(ScheduledExecutorService on, long everyMs, String what, Runnable work) {
        Runnable guarded = () -> {
            try {
                work.run();
                troubles.over(what);
            } catch (RuntimeException e) {
                troubles.warn(what, what + " again soon", e);
            }
        };
        on.scheduleWithFixedDelay(guarded, everyMs, everyMs, TimeUnit.MILLISECONDS);
    }

    private void look() {
        UUID self = membership.self().id();
        delegations.all().stream()
                .filter(each -> each.node().equals(self))
                .map(Delegation::pool)
                .distinct()
                .forEach(pool -> direct(pool).ifPresent(DirectPvs::lookForDirect));
    }

    private Optional<DirectPvs> direct(UUID pool) {
        return attachments
                .find(pool)
                .map(Attachment::store)
                .filter(DirectPvs.class::isInstance)
                .map(DirectPvs.class::cast);
    }

    private final class Attached implements Relaying.Pvs {
        @Override
        public Optional<PvAccess> direct(UUID pool, UUID pv) {
            return RelayComponent.this.direct(pool).flatMap(store -> store.direct(pv));
        }

        @Override
        public Optional<PvAccess> direct(UUID pv) {
            return StreamSupport.stream(attachments.all().spliterator(), false)
                    .flatMap(each -> direct(each.pool().id(), pv).stream())
                    .findFirst();
        }
    }

    private final class MessageWire implements Wire {
        private final Messages messages;

        private MessageWire(Messages messages) {
            this.messages = messages;
        }

        @Override
        public List<UUID> neighbours() {
            var view = messages.view();
            UUID self = membership.self().id();
            return neighbours.of(self).nodes().stream()
                    .filter(node -> view.contains(node) && !node.equals(self))
                    .toList();
        }

        @Override
        public String name(UUID node) {
            return membership.node(node).map(Node::name).orElse(node.toString());
        }

        @Override
        public byte[] ask(UUID node, byte[] request, long withinMs) {
            return messages.request(node, TOPIC, request, Duration.ofMillis(withinMs));
        }
    }
}
