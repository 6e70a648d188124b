package org.serai.storage.core.alert;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.serai.cluster.Membership;
import org.serai.cluster.Node;
import org.serai.database.Database;
import org.serai.storage.Alert;
import org.serai.storage.Alerts;
import org.serai.storage.StorageError;
import org.serai.storage.Thresholds;
import org.serai.storage.core.alert.Subjects.Filled;
import org.serai.storage.core.attach.Attachment;
import org.serai.storage.core.attach.Attachments;
import org.serai.storage.core.attach.Lasting;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.FillThresholds;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.PoolRow;
import org.serai.storage.core.catalog.Tiers;
import org.serai.storage.core.lu.FillWatch;
import org.serai.storage.core.lu.Watches;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Alerts of fill. A write that crosses what its watch knows asks for a look at the pool; the look compares with the row
 * of the alert in a transaction, so that of all nodes that see a crossing one changes the row, and that one tells of it.
 */
public final class Alerting implements Alerts, Watches {
    private static final Logger LOG = LoggerFactory.getLogger(Alerting.class);
    private static final long LOOK_EACH_MS = 1_000;
    private static final long LOOK_ANYWAY_MS = 30_000;

    private final Database database;
    private final Catalog catalog;
    private final Attachments attachments;
    private final Membership membership;
    private final Subjects subjects;
    private final ScheduledExecutorService scheduler;
    private final InstantSource clock;
    private final BiConsumer<String, Map<String, Object>> events;
    private final Map<UUID, FillWatch> watches = new ConcurrentHashMap<>();
    private final Lasting troubles = new Lasting(LOG);
    private final Set<UUID> asked = ConcurrentHashMap.newKeySet();
    private final Set<UUID> askedMeanwhile = ConcurrentHashMap.newKeySet();

    /** Tells events of a topic with their properties. */
    public Alerting(
            Database database,
            Catalog catalog,
            Tiers tiers,
            Attachments attachments,
            Membership membership,
            ScheduledExecutorService scheduler,
            InstantSource clock,
            BiConsumer<String, Map<String, Object>> events) {
        this.database = database;
        this.catalog = catalog;
        this.attachments = attachments;
        this.membership = membership;
        this.subjects = new Subjects(catalog, tiers);
        this.scheduler = scheduler;
        this.clock = clock;
        this.events = events;
        scheduler.scheduleWithFixedDelay(this::askAll, LOOK_ANYWAY_MS, LOOK_ANYWAY_MS, TimeUnit.MILLISECONDS);
    }

    @Override
    public FillWatch tier(UUID tier) {
        return watches.computeIfAbsent(tier, _ -> {
            askAll();
            return new FillWatch(this::askAll);
        });
    }

    @Override
    public FillWatch lu(UUID lu) {
        return tier(lu);
    }

    /** Looks at all pools soon. */
    public void askAll() {
        attachments.all().forEach(attachment -> ask(attachment.pool().id()));
    }

    /** Looks at once, and then not for a while, although writes go on telling of one crossing. */
    private void ask(UUID pool) {
        if (scheduler.isShutdown()) {
            return;
        }
        if (asked.add(pool)) {
            scheduler.execute(() -> look(pool));
            scheduler.schedule(() -> again(pool), LOOK_EACH_MS, TimeUnit.MILLISECONDS);
        } else {
            askedMeanwhile.add(pool);
        }
    }

    private void again(UUID pool) {
        asked.remove(pool);
        if (askedMeanwhile.remove(pool)) {
            ask(pool);
        }
    }

    private void look(UUID pool) {
        try {
            attachments.find(pool).ifPresent(this::look);
            troubles.over(pool);
        } catch (RuntimeException e) {
            troubles.warn(pool, "The fill of a pool is looked at again later", e);
        }
    }

    private void look(Attachment attachment) {
        Map<String, AlertRow> known = database.view(AlertRow.class).all().stream()
                .collect(Collectors.toMap(AlertRow::id, Function.identity()));
        List<Filled> all = subjects.in(attachment, known::containsKey);
        Filled pool = all.getFirst();
        int poolLevel = look(attachment.pool(), pool, Optional.ofNullable(known.get(pool.key())));
        for (Filled filled : all.subList(1, all.size())) {
            int level = look(attachment.pool(), filled, Optional.ofNullable(known.get(filled.key())));
            FillWatch watch = watches.get(filled.id());
            if (watch == null) {
                continue;
            }
            int raisesAt = FillLevel.raisesAt(filled.thresholds(), level);
            int clearsBelow = FillLevel.clearsBelow(filled.thresholds(), level);
            if (filled.isWholePool()) {
                raisesAt = Math.min(raisesAt, FillLevel.raisesAt(pool.thresholds(), poolLevel));
                clearsBelow = Math.max(clearsBelow, FillLevel.clearsBelow(pool.thresholds(), poolLevel));
            }
            watch.set(raisesAt, clearsBelow);
        }
    }

    /** What a look changed. */
    private record Changed(int before, AlertRow now) {}

    /**
     * The level after the look.
     *
     * @param known the row of before the fill was measured
     */
    private int look(PoolRow pool, Filled filled, Optional<AlertRow> known) {
        int before = known.map(AlertRow::thresholdPercent).orElse(0);
        int level = FillLevel.next(filled.thresholds(), before, filled.permille());
        if (level == before) {
            return level;
        }
        Optional<Changed> changed = change(pool, filled, known);
        changed.ifPresent(what -> tell(pool, filled, what));
        return changed.map(what -> what.now().thresholdPercent()).orElse(level);
    }

    /** Changes nothing, and looks again, if the row has changed since: it may tell of a later fill than the measured one. */
    private Optional<Changed> change(PoolRow pool, Filled filled, Optional<AlertRow> known) {
        return database.write(transaction -> {
            Optional<AlertRow> row = transaction.get(AlertRow.class, filled.key());
            if (!row.equals(known)) {
                ask(pool.id());
                return Optional.empty();
            }
            int before = row.map(AlertRow::thresholdPercent).orElse(0);
            int level = FillLevel.next(filled.thresholds(), before, filled.permille());
            AlertRow now = new AlertRow(
                    filled.key(),
                    pool.id(),
                    level,
                    filled.permille(),
                    clock.millis(),
                    membership.self().id());
            if (level == 0) {
                transaction.delete(AlertRow.class, filled.key());
            } else if (row.isPresent()) {
                transaction.update(now);
            } else {
                transaction.insert(now);
            }
            return Optional.of(new Changed(before, now));
        });
    }

    private void tell(PoolRow pool, Filled filled, Changed changed) {
        boolean raised = changed.now().thresholdPercent() > changed.before();
        int threshold = raised ? changed.now().thresholdPercent() : changed.before();
        String what = filled.subject().name().toLowerCase(Locale.ROOT) + " " + filled.name();
        String line = "{}: {} is {} % full, {} its threshold of {} %";
        String fill = filled.permille() / 10 + "." + filled.permille() % 10;
        if (raised) {
            LOG.warn(line, StorageError.FILLING.code(), what, fill, "which is beyond", threshold);
        } else {
            LOG.info(line, StorageError.FILLING.code(), what, fill, "and below again", threshold);
        }
        events.accept(
                raised ? RAISED : CLEARED,
                Map.of(
                        SUBJECT, filled.subject().name(),
                        ID, filled.id().toString(),
                        NAME, filled.name(),
                        POOL, pool.name(),
                        THRESHOLD_PERCENT, threshold,
                        FILL_PERMILLE, filled.permille()));
    }

    @Override
    public List<Alert> alerts() {
        return database.view(AlertRow.class).all().stream()
                .flatMap(row -> shown(row).stream())
                .sorted(Comparator.comparingInt(Alert::fillPermille).reversed())
                .toList();
    }

    private Optional<Alert> shown(AlertRow row) {
        String[] key = row.id().split(":", 2);
        Alert.Subject subject = Alert.Subject.valueOf(key[0].toUpperCase(Locale.ROOT));
        UUID id = UUID.fromString(key[1]);
        String pool = catalog.pool(row.pool()).map(PoolRow::name).orElse("");
        return subjects.name(subject, id)
                .map(name -> new Alert(
                        subject,
                        id,
                        name,
                        pool,
                        row.thresholdPercent(),
                        row.fillPermille(),
                        Instant.ofEpochMilli(row.sinceMs()),
                        membership.node(row.node()).map(Node::name).orElse("")));
    }

    @Override
    public Thresholds thresholds(String pool) {
        return FillThresholds.of(catalog.pool(pool).thresholds());
    }

    @Override
    public void setThresholds(String pool, Thresholds thresholds) {
        String column = FillThresholds.column(thresholds);
        UUID id = catalog.pool(pool).id();
        database.write(transaction -> transaction
                .get(PoolRow.class, id)
                .map(row -> transaction.update(row.alerting(column)))
                .orElseThrow(() -> StorageError.NO_SUCH_POOL.error(
                        "There is no pool " + pool, "it was just deleted", "nothing is left to do")));
        askAll();
    }

    /** Changes when the fill of an LU raises an alert. */
    public void setThresholds(LuRow lu, Thresholds thresholds) {
        String column = FillThresholds.column(thresholds);
        database.write(transaction -> transaction
                .get(LuRow.class, lu.id())
                .map(row -> transaction.update(row.alerting(column)))
                .orElseThrow(() -> StorageError.NO_SUCH_LU.error(
                        "There is no LU " + lu.name(), "it was just deleted", "nothing is left to do")));
        askAll();
    }

    /** Forgets alerts of what is no more. */
    public void forgetGone() {
        for (AlertRow row : database.view(AlertRow.class).all()) {
            if (shown(row).isEmpty()) {
                database.write(transaction -> {
                    transaction
                            .get(AlertRow.class, row.id())
                            .ifPresent(_ -> transaction.delete(AlertRow.class, row.id()));
                    return row;
                });
            }
        }
    }
}
