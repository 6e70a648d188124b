package org.serai.system;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** How long each fault was felt: from the fault, or from its end, until something worked or was told. Printed at the end. */
final class Outages implements AfterAllCallback {
    private final Duration patience;
    private final List<String> lines = new ArrayList<>();

    /** @param patience after which something that does not come never comes */
    Outages(Duration patience) {
        this.patience = patience;
    }

    /** The clock of one fault, running. */
    final class Since {
        private final String fault;
        private final long startNs = System.nanoTime();

        private Since(String fault) {
            this.fault = fault;
        }

        /** Waits until something works, whatever fails meanwhile, and notes how long that took. */
        void until(String what, Callable<Boolean> works) {
            await().atMost(patience)
                    .pollInterval(Duration.ofMillis(100))
                    .pollDelay(Duration.ZERO)
                    .ignoreExceptions()
                    .until(works);
            took(what);
        }

        /** As {@link #took(String)}, with what a command tells of its own times. */
        void took(String what, JsonNode timesMs) {
            took(what);
            System.out.println("  its times in ms: " + timesMs);
        }

        /** Notes that something has just worked. */
        void took(String what) {
            lasted(what, Duration.ofNanos(System.nanoTime() - startNs));
        }

        /** Notes how long something lasted. */
        void lasted(String what, Duration time) {
            String line = "%-52s %-58s %6.1f s".formatted(fault, what, time.toMillis() / 1e3);
            lines.add(line);
            System.out.println("OUTAGE " + line);
        }
    }

    /** A fault has just begun, or ended. */
    Since since(String fault) {
        return new Since(fault);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        System.out.println(String.join(
                System.lineSeparator(),
                "From fault to service, " + context.getDisplayName() + ":",
                String.join(System.lineSeparator(), lines)));
    }
}
