package org.serai.simulator.node;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.serai.cluster.Membership;
import org.serai.message.Message;
import org.serai.message.MessageHandler;
import org.serai.message.core.daemon.Daemon;

/** Sends messages of all four sorts, and processes those of others. */
final class Talking {
    private static final String TOLD = "sim.told";
    private static final String HINT = "sim.hint";
    private static final String ASKED = "sim.asked";

    private final World world;
    private final NodeProcess process;
    private final Daemon daemon;
    private final Membership membership;
    private final SplittableRandom random;
    private final String alias;
    private long count;

    Talking(World world, NodeProcess process, Daemon daemon) {
        this.world = world;
        this.process = process;
        this.daemon = daemon;
        this.membership = process.service(Membership.class);
        this.random = world.chance();
        this.alias = process.alias();
        world.messages().listens(membership.self().id(), alias, process.life());
    }

    void act() {
        var number = ++count;
        switch (random.nextInt(5)) {
            case 0, 1 -> send(Message.toAll(TOLD, payload(TOLD, number)).withReceipts(), TOLD, number);
            case 2 ->
                some().ifPresent(nodes ->
                        send(Message.to(nodes, TOLD, payload(TOLD, number)).withReceipts(), TOLD, number));
            case 3 ->
                some().ifPresent(nodes -> send(
                        Message.to(nodes, ASKED, payload(ASKED, number))
                                .withReceipts()
                                .withResponse(Duration.ofSeconds(random.nextInt(1, 10))),
                        ASKED,
                        number));
            default -> send(Message.toAll(HINT, payload(HINT, number)), HINT, number);
        }
    }

    private String stream(String topic) {
        return topic + " of " + alias;
    }

    private byte[] payload(String topic, long number) {
        return (stream(topic) + "#" + number).getBytes(StandardCharsets.UTF_8);
    }

    private Optional<Set<UUID>> some() {
        var nodes = new LinkedHashSet<UUID>();
        membership.nodes().forEach(node -> {
            if (!node.id().equals(membership.self().id()) && random.nextBoolean()) {
                nodes.add(node.id());
            }
        });
        return nodes.isEmpty() ? Optional.empty() : Optional.of(nodes);
    }

    private void send(Message message, String topic, long number) {
        var seen = world.network().seenFromNowOn(membership.self().id());
        var sending = daemon.send(message, _ -> {});
        if (message.response().isEmpty()) {
            world.messages().mustBeTried(stream(topic) + "#" + number, sending.receipts(), seen);
        }
        world.messages().sent(stream(topic) + "#" + number, process.life(), sending.receipts(), sending.responses());
    }

    Optional<MessageHandler> handler(String topic) {
        return switch (topic) {
            case TOLD, HINT ->
                Optional.of((_, payload) -> {
                    var id = new String(payload, StandardCharsets.UTF_8);
                    var at = id.indexOf('#');
                    world.messages().processed(id, alias, id.substring(0, at), Long.parseLong(id.substring(at + 1)));
                    return new byte[0];
                });
            case ASKED ->
                Optional.of((_, payload) -> {
                    world.messages().answered(new String(payload, StandardCharsets.UTF_8), alias);
                    process.life().sleepMs(random.nextInt(random.nextInt(20) == 0 ? 5000 : 50));
                    return payload;
                });
            default -> Optional.empty();
        };
    }
}
