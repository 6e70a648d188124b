package org.serai.storage.core.relay;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Neighbours that are asked at once whether they reach a PV: one that is not heard, or is slow, keeps no other one back. */
final class Offers {
    private static final Logger LOG = LoggerFactory.getLogger(Offers.class);
    private static final long SOON_MS = 1_000;
    private static final long WITHIN_MS = 3_000;

    private final SequencedMap<UUID, CompletableFuture<Boolean>> asked = new LinkedHashMap<>();

    /** Asks. */
    Offers(Wire wire, List<UUID> inOrder, UUID pv, Executor threads) {
        byte[] request = Request.of(Request.Operation.OFFER, pv).encode();
        for (UUID neighbour : inOrder) {
            asked.put(neighbour, CompletableFuture.supplyAsync(() -> offers(wire, neighbour, request), threads));
        }
    }

    private static boolean offers(Wire wire, UUID neighbour, byte[] request) {
        try {
            return Answer.decode(wire.ask(neighbour, request, WITHIN_MS)).outcome() == Answer.Outcome.DONE;
        } catch (RuntimeException e) {
            LOG.debug("node {} does not offer a way: {}", neighbour, e.getMessage());
            return false;
        }
    }

    /** The next one that offers a way: by their order as far as they answer soon, then as they come. */
    Optional<UUID> next() {
        Optional<UUID> next = first(this::offersSoon).or(this::late);
        next.ifPresent(asked::remove);
        return next;
    }

    private Optional<UUID> late() {
        // Read first: what is answered by then is seen below.
        var unanswered = unanswered();
        Optional<UUID> next = first(each -> asked.get(each).getNow(false));
        if (next.isPresent() || unanswered.length == 0) {
            return next;
        }
        CompletableFuture.anyOf(unanswered).join();
        return late();
    }

    private Optional<UUID> first(Predicate<UUID> offers) {
        return asked.sequencedKeySet().stream().filter(offers).findFirst();
    }

    private CompletableFuture<?>[] unanswered() {
        return asked.values().stream().filter(each -> !each.isDone()).toArray(CompletableFuture<?>[]::new);
    }

    private boolean offersSoon(UUID neighbour) {
        return asked.get(neighbour)
                .copy()
                .completeOnTimeout(false, SOON_MS, TimeUnit.MILLISECONDS)
                .join();
    }
}
