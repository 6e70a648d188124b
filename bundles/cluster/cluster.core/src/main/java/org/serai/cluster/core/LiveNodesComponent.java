package org.serai.cluster.core;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.serai.cluster.ClusterError;
import org.serai.cluster.Fence;
import org.serai.cluster.LiveNodes;
import org.serai.cluster.Liveness;
import org.serai.cluster.Membership;
import org.serai.cluster.Node;
import org.serai.database.Database;
import org.serai.message.MessageHandler;
import org.serai.message.Messages;

/** Answers for this node, and asks the others by message. */
@Component(
        service = {LiveNodes.class, MessageHandler.class},
        property = "message.topic=" + LiveNodesComponent.TOPIC)
public final class LiveNodesComponent implements LiveNodes, MessageHandler {
    static final String TOPIC = "node.live";

    private static final Duration TIME_OUT = Duration.ofSeconds(5);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] NOTHING = new byte[0];

    private final Membership membership;
    private final Fence fence;
    private final Liveness liveness;
    private final Database database;
    private final long sinceNs = System.nanoTime();

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile Messages messages;

    /** Answers as long as the node is a member. */
    @Activate
    public LiveNodesComponent(
            @Reference Membership membership,
            @Reference Fence fence,
            @Reference Liveness liveness,
            @Reference Database database) {
        this.membership = membership;
        this.fence = fence;
        this.liveness = liveness;
        this.database = database;
    }

    @Override
    public Live ask(UUID node) {
        if (node.equals(membership.self().id())) {
            return here();
        }
        var way = messages;
        if (way == null) {
            throw ClusterError.NO_ANSWER.error(
                    "Node " + node + " cannot be asked",
                    "this node has no service for messages",
                    "driver:list shows which transport is missing");
        }
        try {
            return JSON.readValue(way.request(node, TOPIC, NOTHING, TIME_OUT), Live.class);
        } catch (IOException unreadable) {
            throw ClusterError.NO_ANSWER.error(
                    "The answer of node " + node + " cannot be read",
                    String.valueOf(unreadable.getMessage()),
                    "bring both nodes to the same version",
                    unreadable);
        }
    }

    private Live here() {
        var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        var status = database.status();
        Map<String, Liveness.State> sees = new TreeMap<>();
        membership.nodes().stream()
                .filter(node -> !node.id().equals(membership.self().id()))
                .forEach((Node node) ->
                        sees.put(node.name(), liveness.seen(node.id()).state()));
        return new Live(
                membership.self().incarnation(),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sinceNs),
                fence.isOpen(),
                status.reachable(),
                status.revision(),
                heap.getUsed(),
                heap.getMax(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                sees);
    }

    @Override
    public byte[] handle(UUID from, byte[] payload) {
        try {
            return JSON.writeValueAsBytes(here());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
