package org.serai.storage.core.relay;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.serai.cluster.Delegations;
import org.serai.ffdc.SeraiException;
import org.serai.storage.core.attach.Pause;
import org.serai.storage.spi.PvRelay;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ways through this node's neighbours, as long as there is a wire to ask them by. */
public final class Relays {
    private static final Logger LOG = LoggerFactory.getLogger(Relays.class);
    private static final long END_WITHIN_MS = 5_000;

    private final Executor threads;
    private final Pause pause;
    private final Set<NeighbourWay> ways = ConcurrentHashMap.newKeySet();
    /** Neighbours that did not answer when they were asked last: others are asked before them. */
    private final Set<UUID> unheard = ConcurrentHashMap.newKeySet();

    private volatile Optional<Through> through = Optional.empty();

    /**
     * What ways need.
     *
     * @param answerWithinMs after which a neighbour that has not answered is given up
     */
    public record Through(Wire wire, Delegations delegations, long answerWithinMs) {}

    /**
     * Without a wire yet.
     *
     * @param threads a thread for each thing that is done, which may take long
     */
    public Relays(Executor threads, Pause pause) {
        this.threads = threads;
        this.pause = pause;
    }

    /** From now on neighbours are asked by that, or not any more. */
    public void through(Optional<Through> now) {
        through = now;
    }

    /** Ways to the PVs of a pool. */
    public PvRelay of(UUID pool) {
        return new PvRelay() {
            @Override
            public boolean isOffered() {
                return through.filter(now -> !now.wire().neighbours().isEmpty()).isPresent();
            }

            @Override
            public Way open(UUID pv) throws IOException {
                Through now = through.orElseThrow(() -> new IOException("neighbours cannot be asked now"));
                Offers offers = new Offers(now.wire(), inOrder(now.wire().neighbours()), pv, threads);
                for (Optional<UUID> next = offers.next(); next.isPresent(); next = offers.next()) {
                    Optional<Way> way = begin(now, next.get(), pool, pv);
                    if (way.isPresent()) {
                        return way.get();
                    }
                }
                throw new IOException("no neighbour reaches it");
            }
        };
    }

    private List<UUID> inOrder(List<UUID> neighbours) {
        ways.stream()
                .filter(NeighbourWay::isUnheard)
                .map(way -> way.delegation().neighbour())
                .forEach(unheard::add);
        return neighbours.stream()
                .sorted(Comparator.comparing(unheard::contains))
                .toList();
    }

    /**
     * Waits until all ways, which nobody uses any more, have ended, also in the database; but not for ever: a neighbour that
     * does not answer ends them by itself.
     */
    public void awaitEnd() {
        ways.forEach(NeighbourWay::close);
        var all = ways.stream().map(NeighbourWay::writtenDown).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(all).get(END_WITHIN_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            LOG.warn("a neighbour has not said yet that nothing goes through it any more; it will end that by itself");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private Optional<PvRelay.Way> begin(Through now, UUID neighbour, UUID pool, UUID pv) {
        NeighbourWay way;
        try {
            way = new NeighbourWay(now.delegations().begin(neighbour, pool, pv), now, threads, pause);
        } catch (SeraiException e) {
            LOG.warn("no way through node {} can be written down: {}", neighbour, e.getMessage());
            return Optional.empty();
        }
        ways.add(way);
        way.writtenDown().thenRun(() -> {
            if (way.isUnheard()) {
                unheard.add(neighbour);
            }
            ways.remove(way);
        });
        try {
            way.open();
            unheard.remove(neighbour);
            return Optional.of(way);
        } catch (IOException e) {
            LOG.warn("no way through node {}: {}", neighbour, e.getMessage());
            way.close();
            return Optional.empty();
        }
    }
}
