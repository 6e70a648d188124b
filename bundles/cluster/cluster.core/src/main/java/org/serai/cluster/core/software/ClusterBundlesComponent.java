package org.serai.cluster.core.software;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.serai.cluster.ClusterBundles;
import org.serai.cluster.ClusterError;
import org.serai.cluster.DeathProof;
import org.serai.cluster.Grant;
import org.serai.cluster.Liveness;
import org.serai.cluster.Membership;
import org.serai.cluster.Node;
import org.serai.cluster.Ownership;
import org.serai.cluster.Ownership.Owner;
import org.serai.database.Database;
import org.serai.ffdc.SeraiException;
import org.serai.message.MessageHandler;
import org.serai.message.Messages;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cluster's bundles while this node is a member: kept as the database says, and changed one node after the other. */
@Component(
        service = {ClusterBundles.class, MessageHandler.class},
        property = "message.topic=" + ClusterBundlesComponent.TOPIC,
        immediate = true)
public final class ClusterBundlesComponent implements ClusterBundles, MessageHandler, Rollout.Nodes {
    static final String TOPIC = "cluster.bundles";

    private static final Logger LOG = LoggerFactory.getLogger(ClusterBundlesComponent.class);
    private static final String OBJECT = "bundles";
    private static final Duration TIME_OUT = Duration.ofSeconds(30);
    private static final byte[] NOTHING = new byte[0];

    private final Membership membership;
    private final Ownership ownership;
    private final Liveness liveness;
    private final BundleStore store;
    private final FrameworkBundles framework;
    private final Rollout rollout;
    private final Database.Registration watching;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Messages messages;

    /** Works as long as the node is a member. */
    @Activate
    public ClusterBundlesComponent(
            BundleContext context,
            @Reference Database database,
            @Reference Membership membership,
            @Reference Ownership ownership,
            @Reference Liveness liveness) {
        this.membership = membership;
        this.ownership = ownership;
        this.liveness = liveness;
        this.store = new BundleStore(database);
        this.framework = new FrameworkBundles(context);
        this.rollout = new Rollout(store, this);
        this.watching = database.onChange((_, changes) -> {
            // A node that did not hear what it was to do finds it in the database.
            if (changes.isEmpty()
                    || changes.stream().anyMatch(change -> change.table().equals("bundle"))) {
                Thread.ofVirtual().name("cluster-bundles").start(this::follow);
            }
        });
    }

    @Deactivate
    void stop() {
        watching.close();
    }

    /** Not while they are changed: who does that tells each node in its turn. */
    private void follow() {
        try {
            List<BundleRow> all = store.all();
            if (all.stream().allMatch(row -> row.state() == BundleRow.State.DEPLOYED)) {
                framework.apply(all, store::content);
            }
        } catch (SeraiException failed) {
            LOG.warn("the cluster's bundles are not all as the database says: {}", failed.getMessage());
        }
    }

    @Override
    public List<Stored> all() {
        return store.all().stream()
                .map(this::stored)
                .sorted(Comparator.comparing(Stored::symbolicName))
                .toList();
    }

    private Stored stored(BundleRow row) {
        return new Stored(
                row.symbolicName(),
                row.version(),
                row.sha256(),
                row.sizeBytes(),
                row.state().name().toLowerCase(Locale.ROOT),
                membership.node(row.node()).map(Node::name).orElse(row.node().toString()),
                framework.here(row));
    }

    @Override
    public Stored inspect(Path file) {
        Jar jar = Jar.read(file);
        return stored(new BundleRow(
                jar.sha256(),
                jar.symbolicName(),
                jar.version(),
                jar.content().length,
                0,
                BundleRow.State.DEPLOYING,
                self()));
    }

    @Override
    public Stored install(Path file, Consumer<String> progress) {
        Jar jar = Jar.read(file);
        return locked("installing bundle " + jar.symbolicName(), progress, () -> {
            rollout.clearLeft();
            return stored(rollout.install(jar, progress));
        });
    }

    @Override
    public void uninstall(String symbolicName) {
        locked("uninstalling bundle " + symbolicName, _ -> {}, () -> {
            rollout.clearLeft();
            List<BundleRow> rows = store.all().stream()
                    .filter(row -> row.symbolicName().equals(symbolicName))
                    .toList();
            if (rows.isEmpty()) {
                throw ClusterError.BAD_BUNDLE.error(
                        "There is no bundle " + symbolicName + " of the cluster",
                        "none of that symbolic name was installed with --cluster",
                        "driver:bundles shows them");
            }
            rows.forEach(store::delete);
            framework.apply(store.deployed(), store::content);
            return rows;
        });
    }

    private interface Work<R> {
        R run();
    }

    private <R> R locked(String operation, Consumer<String> progress, Work<R> work) {
        Grant grant = lock(operation, progress);
        try {
            return work.run();
        } finally {
            ownership.release(grant);
        }
    }

    private Grant lock(String operation, Consumer<String> progress) {
        Optional<Owner> left = ownership
                .owner(OBJECT)
                .filter(owner -> owner.holder()
                        .filter(node -> !node.equals(self()) && !lives(node))
                        .isPresent());
        return left.isEmpty()
                ? ownership.acquire(OBJECT, operation)
                : ownership.takeOver(
                        OBJECT,
                        operation,
                        liveness.prove(
                                left.get().holder().orElseThrow(),
                                left.get().incarnation().orElseThrow(),
                                progress));
    }

    private boolean lives(UUID node) {
        return liveness.seen(node).state() == Liveness.State.ALIVE;
    }

    @Override
    public UUID self() {
        return membership.self().id();
    }

    /** Of a node that shares no pool with this one, only the transport tells anything. */
    @Override
    public List<Node> others() {
        Set<UUID> answering = Optional.ofNullable(messages).map(Messages::view).orElse(Set.of());
        return membership.nodes().stream()
                .filter(node -> !node.id().equals(self()))
                .filter(node -> switch (liveness.seen(node.id()).state()) {
                    case ALIVE -> true;
                    case UNKNOWN -> answering.contains(node.id());
                    case SUSPECT, DEAD, STOPPED -> false;
                })
                .toList();
    }

    @Override
    public boolean apply(UUID node, Optional<String> onItsWay) {
        if (node.equals(self())) {
            applyHere(onItsWay);
            return true;
        }
        Messages way = messages;
        if (way == null) {
            throw ClusterError.NO_ANSWER.error(
                    "Node " + node + " cannot be told of a bundle",
                    "this node has no service for messages",
                    "driver:list shows which transport is missing");
        }
        byte[] payload = onItsWay.orElse("").getBytes(StandardCharsets.US_ASCII);
        return new Asked(() -> way.request(node, TOPIC, payload, TIME_OUT)).isAnswered(() -> isDead(node));
    }

    /** Who is silent is waited for until it is known what has become of it. */
    private boolean isDead(UUID node) {
        Optional<Node> there = membership.node(node);
        if (there.isEmpty()) {
            return true;
        }
        return switch (liveness.seen(node).state()) {
            case ALIVE, UNKNOWN -> false;
            case SUSPECT, DEAD, STOPPED -> isProvenDead(there.get());
        };
    }

    private boolean isProvenDead(Node node) {
        try {
            DeathProof proof =
                    liveness.prove(node.id(), node.incarnation(), said -> LOG.info("node {} is {}", node.name(), said));
            LOG.info("node {} is not told of bundles: {}", node.name(), proof.explanation());
            return true;
        } catch (SeraiException lives) {
            LOG.debug("node {} is waited for", node.name(), lives);
            return false;
        }
    }

    private void applyHere(Optional<String> onItsWay) {
        List<BundleRow> wanted = new ArrayList<>(store.deployed());
        onItsWay.flatMap(store::find).ifPresent(row -> {
            wanted.removeIf(other -> other.symbolicName().equals(row.symbolicName()));
            wanted.add(row);
        });
        framework.apply(wanted, store::content);
    }

    @Override
    public byte[] handle(UUID from, byte[] payload) {
        applyHere(Optional.of(new String(payload, StandardCharsets.US_ASCII)).filter(sha256 -> !sha256.isEmpty()));
        return NOTHING;
    }
}
