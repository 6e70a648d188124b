package org.serai.hypervisor.qemu;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.CompletableFuture;

/** What QEMU's MIGRATION events say about the transfer under way, in either direction. */
final class MigrationEvents {
    /** How a transfer ended. */
    enum Outcome {
        /** All of it is written, or loaded. */
        COMPLETED,
        /** QEMU gave up. */
        FAILED
    }

    private volatile CompletableFuture<Outcome> current = new CompletableFuture<>();

    /** Begins to watch the next transfer; called before it is asked for. */
    CompletableFuture<Outcome> expect() {
        current = new CompletableFuture<>();
        return current;
    }

    void accept(JsonNode event) {
        if (!event.path("event").asText().equals("MIGRATION")) {
            return;
        }
        switch (event.path("data").path("status").asText()) {
            case "completed" -> current.complete(Outcome.COMPLETED);
            case "failed", "cancelled" -> current.complete(Outcome.FAILED);
            default -> {
                // setup, active, device: still under way.
            }
        }
    }
}
