package org.serai.shell.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.serai.message.Message;
import org.serai.message.MessageStats;
import org.serai.message.Receipts;
import org.serai.message.Response;
import org.serai.message.TracedPacket;
import org.serai.message.Viod;
import org.serai.partition.LparState;
import org.serai.shell.Invocation;
import org.serai.shell.Plan;
import org.serai.shell.commands.MsgCommands.SentView;
import org.serai.shell.commands.MsgCommands.TraceView;
import picocli.CommandLine;

class MsgCommandsTest {
    private final List<Message> sent = new ArrayList<>();
    private final NodeServices services = Fakes.member(LparState.RUNNING);
    private final MsgCommands commands = new MsgCommands(services);

    MsgCommandsTest() {
        services.set(Viod.class, new FakeViod());
    }

    /** Confirms and answers everything, and traces three packets. */
    private final class FakeViod implements Viod {
        @Override
        public Sending send(Message message, Consumer<Response> caller) {
            sent.add(message);
            return new Sending(
                    "t-1",
                    CompletableFuture.completedFuture(new Receipts(
                            "t-1",
                            List.of(
                                    new Receipts.Entry(Fakes.NODE_A, Receipts.State.NOT_ASKED, 0, 0),
                                    new Receipts.Entry(Fakes.NODE_B, Receipts.State.FAILED, 4, 0)))),
                    CompletableFuture.completedFuture(
                            List.of(new Response.Answer(Fakes.NODE_B, new byte[] {'o', 'k'}))));
        }

        @Override
        public MessageStats stats() {
            throw new AssertionError("not asked for");
        }

        @Override
        public Tracing trace(Consumer<TracedPacket> listener) {
            for (String topic : List.of("a", "b", "a")) {
                listener.accept(new TracedPacket(true, Fakes.NODE_B, "message", "t-2", topic, 7, 120, "sent"));
            }
            return () -> sent.clear();
        }
    }

    @Test
    void receiptsAreShownForEachNode() {
        SentView view =
                (SentView) commands.send(Fakes.invocation(), Fakes.dryRun(), "hello", List.of("cec-b"), false, true, 5);

        Message message = sent.getFirst();
        assertThat(message.targets()).isEqualTo(Set.of(Fakes.NODE_B));
        assertThat(message.receipts()).isTrue();
        assertThat(message.response()).isPresent();
        assertThat(message.origin()).isEqualTo(Message.Origin.COMMAND_LINE);
        assertThat(view.complete()).isFalse();
        assertThat(view.receipts()).extracting(MsgCommands.ReceiptView::receipt).containsExactly("not asked", "failed");
        assertThat(view.responses().getFirst().answer()).contains("ok");
    }

    @Test
    void withoutNodesItGoesToAllAndADryRunSendsNothing() {
        commands.send(Fakes.invocation(), Fakes.dryRun(), "hello", null, true, false, 5);
        assertThat(sent.getFirst().isBroadcast()).isTrue();
        assertThat(sent.getFirst().receipts()).isFalse();

        Plan plan = (Plan) commands.send(Fakes.invocation(), Fakes.dryRun("--dry-run"), "hello", null, true, false, 5);
        assertThat(plan.possible()).isTrue();
        assertThat(sent).hasSize(1);
    }

    @Test
    void aTraceShowsPacketsAsTheyComeOrAllAtTheEnd() {
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8);
        Invocation invocation = new Invocation(out, out);

        assertThat(commands.trace(invocation, 60, Optional.of(2), Optional.of("a")))
                .isEqualTo("2 packets");
        assertThat(shown.toString(StandardCharsets.UTF_8)).contains("message", "#7", "120 B", "sent");

        Invocation json = new Invocation(out, out);
        new CommandLine(json).parseArgs("--json");
        assertThat((List<?>) commands.trace(json, 60, Optional.of(3), Optional.empty()))
                .hasSize(3)
                .allMatch(TraceView.class::isInstance);
    }
}
