package org.serai.storage.core.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.serai.cluster.ClusterError;

class OffersTest {
    private static final UUID B = new UUID(0, 1);
    private static final UUID C = new UUID(0, 2);
    private static final List<UUID> ORDER = List.of(B, C);
    private static final byte[] YES = Answer.done(new byte[0]);
    private static final byte[] NO = Answer.over("not reached");

    private final Map<UUID, CompletableFuture<byte[]>> answers =
            Map.of(B, new CompletableFuture<>(), C, new CompletableFuture<>());

    @AfterEach
    void nobodyWaits() {
        answers.values().forEach(each -> each.complete(NO));
    }

    private Offers offers() {
        Wire wire = new Wire() {
            @Override
            public List<UUID> neighbours() {
                return ORDER;
            }

            @Override
            public String name(UUID node) {
                return node.toString();
            }

            @Override
            public byte[] ask(UUID node, byte[] request, long withinMs) {
                assertThat(Request.decode(request).operation()).isEqualTo(Request.Operation.OFFER);
                return answers.get(node).join();
            }
        };
        return new Offers(
                wire, ORDER, UUID.randomUUID(), work -> Thread.ofVirtual().start(work));
    }

    @Test
    void allThatOfferAreTriedInTheirOrder() {
        answers.get(C).complete(YES);
        answers.get(B).complete(YES);
        Offers offers = offers();
        assertThat(offers.next()).contains(B);
        assertThat(offers.next()).contains(C);
        assertThat(offers.next()).isEmpty();
    }

    @Test
    void oneThatIsNotHeardKeepsNoOtherOneBack() {
        answers.get(C).complete(YES);
        Offers offers = offers();
        assertThat(offers.next()).contains(C);
        answers.get(B).completeExceptionally(ClusterError.NO_ANSWER.error("B did not answer", "so it is", "wait"));
        assertThat(offers.next()).isEmpty();
    }

    @Test
    void oneThatIsSlowIsTakenWhenItAnswersAtLast() {
        answers.get(B).complete(NO);
        Offers offers = offers();
        CompletableFuture.delayedExecutor(1_500, TimeUnit.MILLISECONDS)
                .execute(() -> answers.get(C).complete(YES));
        assertThat(offers.next()).contains(C);
    }

    @Test
    void nobodyMayReachIt() {
        answers.values().forEach(each -> each.complete(NO));
        assertThat(offers().next()).isEmpty();
    }
}
