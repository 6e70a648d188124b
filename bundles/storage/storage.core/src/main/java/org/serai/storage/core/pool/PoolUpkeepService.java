package org.serai.storage.core.pool;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.serai.storage.LuKind;
import org.serai.storage.Plan;
import org.serai.storage.PoolCheck;
import org.serai.storage.PoolUpkeep;
import org.serai.storage.Progress;
import org.serai.storage.Pv;
import org.serai.storage.Pvs;
import org.serai.storage.core.attach.Attachment;
import org.serai.storage.core.attach.Attachments;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.Planning;
import org.serai.storage.core.catalog.PoolRow;
import org.serai.storage.core.catalog.SnapshotCatalog;
import org.serai.storage.core.catalog.Tiers;
import org.serai.storage.core.lu.Capabilities;
import org.serai.storage.core.work.Works;
import org.serai.storage.spi.PoolMap;
import org.serai.storage.spi.PvChanges;

/** Maps, checks and repairs of pools. */
public final class PoolUpkeepService implements PoolUpkeep {
    private static final String ID = "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})";
    private static final Pattern LU_ID = Pattern.compile("LU " + ID);
    private static final Pattern SNAPSHOT_ID = Pattern.compile("snapshot " + ID);

    private final Catalog catalog;
    private final Tiers tiers;
    private final SnapshotCatalog snapshots;
    private final Attachments attachments;
    private final Works works;
    private final Pvs pvs;
    private final Strays strays;

    /** LUs without a record. */
    public interface Strays {
        /** As {@link PoolUpkeep#strays}. */
        List<Stray> strays(String pool);

        /** As {@link PoolUpkeep#adopt}. */
        void adopt(Adoption adoption, Progress progress);
    }

    /** Over the pools that are attached here. */
    public PoolUpkeepService(
            Catalog catalog,
            Tiers tiers,
            SnapshotCatalog snapshots,
            Attachments attachments,
            Works works,
            Pvs pvs,
            Strays strays) {
        this.catalog = catalog;
        this.tiers = tiers;
        this.snapshots = snapshots;
        this.attachments = attachments;
        this.works = works;
        this.pvs = pvs;
        this.strays = strays;
    }

    @Override
    public List<Stray> strays(String pool) {
        return strays.strays(pool);
    }

    @Override
    public void adopt(Adoption adoption, Progress progress) {
        strays.adopt(adoption, progress);
    }

    @Override
    public List<PvMap> map(String pool) {
        PoolMap able = Capabilities.of(attachment(pool), PoolMap.class);
        return pvs.pvs(pool).stream().map(pv -> map(pv, able)).toList();
    }

    private PvMap map(Pv pv, PoolMap able) {
        return new PvMap(pv, able.parts(pv.id()).stream().map(this::part).toList());
    }

    private Part part(PoolMap.Part part) {
        Optional<LuRow> lu = catalog.lu(part.lu());
        return new Part(
                part.offset(),
                part.length(),
                part.lu(),
                lu.map(LuRow::name),
                lu.flatMap(row -> tiers.tier(row.tier())).map(tiers::name));
    }

    @Override
    public PoolCheck check(String pool, Progress progress) {
        Attachment attachment = attachment(pool);
        return works.run(
                "pool-check",
                PvOperations.object(attachment.pool()),
                "checking pool " + pool,
                progress,
                told -> named(attachment, attachment.store().check(told)));
    }

    @Override
    public Plan planRepair(String pool) {
        PoolCheck check = check(pool, Progress.NONE);
        Planning planning = new Planning();
        check.errors().forEach(error -> planning.step("mended if that can be done without a doubt: " + error));
        if (check.leakedExtents() > 0) {
            planning.step(check.leakedExtents() + " extents that belong to no LU are given back");
        }
        return planning.plan();
    }

    /** Drivers know LUs by id, people by name. */
    private PoolCheck named(Attachment attachment, PoolCheck check) {
        List<String> lost = new ArrayList<>(named(check.lost()));
        lost.addAll(nothingLeft(attachment));
        return new PoolCheck(
                check.ok(), named(check.errors()), check.checkedExtents(), check.leakedExtents(), List.copyOf(lost));
    }

    private List<String> named(List<String> sentences) {
        return sentences.stream()
                .map(sentence -> named(LU_ID, sentence, lu -> catalog.lu(lu).map(row -> "LU " + row.name())))
                .map(sentence ->
                        named(SNAPSHOT_ID, sentence, id -> snapshots.get(id).map(row -> "snapshot " + row.name())))
                .toList();
    }

    private static String named(Pattern ids, String sentence, Function<UUID, Optional<String>> name) {
        return ids.matcher(sentence)
                .replaceAll(found -> Matcher.quoteReplacement(
                        name.apply(UUID.fromString(found.group(1))).orElse(found.group())));
    }

    /** LUs of which the pool has nothing at all any more, so that a check does not meet them. */
    private List<String> nothingLeft(Attachment attachment) {
        Set<UUID> there = new HashSet<>(attachment.store().lus());
        return attachment.store() instanceof PvChanges able
                ? catalog.lus().stream()
                        .filter(lu -> lu.pool().equals(attachment.pool().id()) && !there.contains(lu.id()))
                        .filter(lu -> lu.kind() != LuKind.INTENT)
                        .filter(lu -> able.lostBytes(lu.id()) > 0 && catalog.isOnline(lu.id()))
                        .map(lu -> "LU " + lu.name() + ": the pool has nothing of it any more")
                        .toList()
                : List.of();
    }

    @Override
    public PoolCheck repair(String pool, Progress progress) {
        Attachment attachment = attachment(pool);
        return works.run(
                "pool-repair",
                PvOperations.object(attachment.pool()),
                "repairing pool " + pool,
                progress,
                told -> named(attachment, attachment.store().repair(told)));
    }

    private Attachment attachment(String pool) {
        PoolRow row = catalog.pool(pool);
        return attachments.require(row);
    }
}
