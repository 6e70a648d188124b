package org.serai.shell.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.serai.cluster.Event;
import org.serai.cluster.Events;
import org.serai.cluster.Fence;
import org.serai.partition.LparState;
import org.serai.shell.Invocation;
import picocli.CommandLine;

class EventCommandsTest {
    private final List<String> acknowledged = new ArrayList<>();
    private final NodeServices services = Fakes.member(LparState.RUNNING);
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

    /** Three events are pending. What a listener took is acknowledged later, by a thread that never comes to it here. */
    private Events events() {
        return Fakes.service(
                Events.class,
                Map.of(
                        "last", _ -> 6L,
                        "nodeName", _ -> Optional.of("cec-b"),
                        "deliver", args -> told((Events.Listener) args[1]),
                        "listen", args -> told((Events.Listener) args[2]),
                        "acknowledge", args -> acknowledged.add(args[0] + " " + args[1])));
    }

    private static Fence.Registration told(Events.Listener listener) {
        for (long number = 7; number <= 9; number++) {
            try {
                listener.event(number - 1, false, event(number));
            } catch (IllegalStateException enough) {
                assertThat(number).isEqualTo(9);
            }
        }
        return () -> {};
    }

    private static Event event(long number) {
        return new Event(
                number,
                Event.Kind.LIFECYCLE,
                Event.Subject.NODE,
                Event.Action.FAILED,
                Fakes.NODE_A.toString(),
                "cec-a",
                Fakes.NODE_B,
                "text " + number,
                "2026-01-02 03:04:05");
    }

    private void tail(Optional<String> registration) {
        services.set(Events.class, events());
        PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8);
        EventOptions options = new EventOptions();
        new CommandLine(options).parseArgs();
        new EventCommands(services)
                .tail(new Invocation(out, out), options, Optional.empty(), registration, Optional.of(2L));
        assertThat(shown.toString(StandardCharsets.UTF_8))
                .contains("text 7", "text 8")
                .doesNotContain("text 9");
    }

    @Test
    void aRegisteredCallerHasWhatWasPrintedWhenTheCommandReturns() {
        tail(Optional.of("console"));
        assertThat(acknowledged).containsExactly("console 8");
    }

    @Test
    void nobodyElseAcknowledgesAnything() {
        tail(Optional.empty());
        assertThat(acknowledged).isEmpty();
    }
}
