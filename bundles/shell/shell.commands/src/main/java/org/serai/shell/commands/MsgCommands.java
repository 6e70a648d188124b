package org.serai.shell.commands;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.cluster.Membership;
import org.serai.cluster.Node;
import org.serai.message.Message;
import org.serai.message.Message.Origin;
import org.serai.message.MessageStats;
import org.serai.message.Receipts;
import org.serai.message.Response;
import org.serai.message.TracedPacket;
import org.serai.message.Viod;
import org.serai.shell.CommandGroup;
import org.serai.shell.DryRun;
import org.serai.shell.Invocation;
import org.serai.shell.Plan;
import org.serai.shell.Size;
import org.serai.shell.Verdict;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands for the messages between nodes. */
@Component(service = CommandGroup.class)
@Command(name = "msg", description = "Messages between the nodes.")
public final class MsgCommands implements CommandGroup {
    private static final int TRACED_MAX = 100_000;

    private final NodeServices services;

    /** The commands over these services. */
    @Activate
    public MsgCommands(@Reference NodeServices services) {
        this.services = services;
    }

    /** @param receipt see {@link Receipts.State} */
    record ReceiptView(String node, String receipt, int attempts, long afterUs) {}

    /** @param error instead of an answer */
    record ResponseView(String node, Optional<String> answer, Optional<String> error) {}

    record SentView(String transaction, boolean complete, List<ReceiptView> receipts, List<ResponseView> responses)
            implements Verdict {
        @Override
        public boolean good() {
            return complete
                    && responses.stream().allMatch(response -> response.error().isEmpty());
        }
    }

    record DropView(String reason, long packets) {}

    record StatsView(
            String transport,
            long sent,
            long sentAgain,
            long handedUp,
            long receiptsSent,
            long receiptsReceived,
            long receiptsMissing,
            long rcArraysGrown,
            long responsesReceived,
            long responsesMissing,
            MessageStats.Latency receiptLatency,
            MessageStats.Latency responseLatency,
            int sendQueue,
            int openRcArrays,
            int responseQueue,
            int receiveQueue,
            List<DropView> dropped) {}

    record TraceView(
            String direction,
            String node,
            String kind,
            String topic,
            long order,
            int sizeBytes,
            String outcome,
            String transaction) {}

    @Command(
            name = "send",
            description = {
                "Send a text to the operators of other nodes, who find it in their logs, and show who has received it.",
                "The exit code is 1 if one of them has not confirmed, or has not answered."
            },
            footer = {
                "msg:send 'maintenance at noon'",
                "msg:send hello --to cec-b cec-c --response",
                "msg:send hello --no-receipts --dry-run"
            })
    Object send(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "TEXT", description = "What they are told.") String text,
            @Option(
                            names = "--to",
                            paramLabel = "NODE",
                            arity = "1..*",
                            description = "Nodes by name or UUID; all others if it is left out.")
                    List<String> to,
            @Option(names = "--no-receipts", description = "Do not wait for receipts: a hint, which may be lost.")
                    boolean noReceipts,
            @Option(names = "--response", description = "Have each node answer with its name.") boolean response,
            @Option(
                            names = "--timeout",
                            paramLabel = "SECONDS",
                            defaultValue = "10",
                            description = "How long answers are waited for. Default: ${DEFAULT-VALUE}.")
                    int timeout) {
        Counts.requireAtLeastOne("--timeout", timeout);
        Membership membership = services.membership();
        Set<UUID> targets = Stream.ofNullable(to)
                .flatMap(List::stream)
                .map(name -> membership.node(name).id())
                .collect(Collectors.toSet());
        if (dryRun.asked()) {
            return Plan.draft()
                    .would("send " + text.length() + " characters to "
                            + (targets.isEmpty() ? "all other nodes" : String.join(", ", to)))
                    .plan();
        }
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        Message plain =
                targets.isEmpty() ? Message.toAll("operator", payload) : Message.to(targets, "operator", payload);
        Message confirmed = noReceipts ? plain : plain.withReceipts();
        Message message = response ? confirmed.withResponse(Duration.ofSeconds(timeout)) : confirmed;
        Viod.Sending sending = services.get(Viod.class).send(message.onBehalfOf(Origin.COMMAND_LINE, "shell"));
        Receipts receipts = await(sending.receipts());
        return new SentView(
                sending.transaction(),
                receipts.complete(),
                receipts.entries().stream().map(this::view).toList(),
                await(sending.responses()).stream().map(this::view).toList());
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while receipts or answers were awaited");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private ReceiptView view(Receipts.Entry entry) {
        return new ReceiptView(
                services.nodeName(entry.node()),
                entry.state().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                entry.attempts(),
                entry.afterUs());
    }

    private ResponseView view(Response response) {
        String node = services.nodeName(response.node());
        return switch (response) {
            case Response.Answer answer ->
                new ResponseView(
                        node, Optional.of(new String(answer.payload(), StandardCharsets.UTF_8)), Optional.empty());
            case Response.Failure failure ->
                new ResponseView(
                        node,
                        Optional.empty(),
                        Optional.of(failure.error()
                                .getMessage()
                                .replace(response.node().toString(), node)));
        };
    }

    @Command(
            name = "stats",
            description = "Show what this node has sent and received since its start: counts, latencies in"
                    + " microseconds, receipts that are missing, queues, and what was dropped for which reason.",
            footer = {"msg:stats", "msg:stats --json"})
    StatsView stats(@Mixin Invocation invocation) {
        MessageStats stats = services.get(Viod.class).stats();
        return new StatsView(
                stats.transport(),
                stats.sent(),
                stats.sentAgain(),
                stats.handedUp(),
                stats.receiptsSent(),
                stats.receiptsReceived(),
                stats.receiptsMissing(),
                stats.grown(),
                stats.responsesReceived(),
                stats.responsesMissing(),
                stats.receiptLatency(),
                stats.responseLatency(),
                stats.sendQueue(),
                stats.openArrays(),
                stats.responseQueue(),
                stats.receiveQueue(),
                stats.dropped().entrySet().stream()
                        .map(entry -> new DropView(entry.getKey(), entry.getValue()))
                        .toList());
    }

    @Command(
            name = "trace",
            description = "Show each packet that this node sends or receives, as it happens; with --json all of them at"
                    + " the end.",
            footer = {"msg:trace", "msg:trace --seconds 60 --topic partition", "msg:trace --count 5 --json"})
    Object trace(
            @Mixin Invocation invocation,
            @Option(
                            names = "--seconds",
                            paramLabel = "SECONDS",
                            defaultValue = "10",
                            description = "How long. Default: ${DEFAULT-VALUE}.")
                    int seconds,
            @Option(names = "--count", paramLabel = "COUNT", description = "End after so many packets.")
                    Optional<Integer> count,
            @Option(names = "--topic", paramLabel = "TOPIC", description = "Only messages of this topic.")
                    Optional<String> topic) {
        Counts.requireAtLeastOne("--seconds", seconds);
        count.ifPresent(wanted -> Counts.requireAtLeastOne("--count", wanted));
        BlockingQueue<TracedPacket> packets = new LinkedBlockingQueue<>(TRACED_MAX);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        Stream.Builder<TraceView> all = Stream.builder();
        int seen = 0;
        // Whoever reads too slowly loses packets: nobody waits for a reader.
        Viod.Tracing tracing = services.get(Viod.class).trace(packet -> {
            if (topic.filter(wanted -> !wanted.equals(packet.topic())).isEmpty()) {
                packets.offer(packet);
            }
        });
        try {
            for (; seen < count.orElse(Integer.MAX_VALUE); seen++) {
                TracedPacket packet = packets.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (packet == null) {
                    break;
                }
                TraceView view = view(packet);
                if (invocation.json()) {
                    all.add(view);
                } else {
                    invocation.out().println(line(view));
                    invocation.out().flush();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while packets were traced");
        } finally {
            tracing.close();
        }
        return invocation.json() ? all.build().toList() : seen + " packets";
    }

    private TraceView view(TracedPacket packet) {
        return new TraceView(
                packet.outgoing() ? "to" : "from",
                services.nodeName(packet.peer()),
                packet.kind(),
                packet.topic(),
                packet.order(),
                packet.bytes(),
                packet.outcome(),
                packet.transaction());
    }

    private static String line(TraceView view) {
        return "%-4s %-16s %-8s %-20s %8s %10s  %s"
                .formatted(
                        view.direction(),
                        view.node(),
                        view.kind(),
                        view.topic(),
                        view.order() == 0 ? "-" : "#" + view.order(),
                        Size.human(view.sizeBytes()),
                        view.outcome());
    }

    @Override
    public List<String> candidates(String label) {
        return label.equals("NODE")
                ? NodeServices.names(() ->
                        services.membership().nodes().stream().map(Node::name).toList())
                : List.of();
    }
}
