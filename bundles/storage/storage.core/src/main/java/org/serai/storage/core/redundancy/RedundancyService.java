package org.serai.storage.core.redundancy;

import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.serai.ffdc.SeraiException;
import org.serai.storage.CopySpec;
import org.serai.storage.OpenLu;
import org.serai.storage.Plan;
import org.serai.storage.Progress;
import org.serai.storage.Reader;
import org.serai.storage.Redundancy;
import org.serai.storage.RedundantLu;
import org.serai.storage.StorageError;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.LuRow;
import org.serai.storage.core.catalog.Moments;
import org.serai.storage.core.catalog.Pairs;
import org.serai.storage.core.catalog.PastMoment;
import org.serai.storage.core.catalog.RedundancyRow;
import org.serai.storage.core.lu.OpenLus;
import org.serai.storage.core.work.Works;

/** Redundant LUs by name. */
public final class RedundancyService implements Redundancy {
    private final Catalog catalog;
    private final Pairs pairs;
    private final Moments moments;
    private final OpenLus open;
    private final Mirrors mirrors;
    private final Copying copying;
    private final CopyPlans plans;
    private final Promotion promotion;
    private final Readers readers;
    private final Works works;

    /** Over what does the work. */
    public RedundancyService(
            Catalog catalog,
            Pairs pairs,
            Moments moments,
            OpenLus open,
            Mirrors mirrors,
            Copying copying,
            CopyPlans plans,
            Promotion promotion,
            Readers readers,
            Works works) {
        this.catalog = catalog;
        this.pairs = pairs;
        this.moments = moments;
        this.open = open;
        this.mirrors = mirrors;
        this.copying = copying;
        this.plans = plans;
        this.promotion = promotion;
        this.readers = readers;
        this.works = works;
    }

    static SeraiException notRedundant(String name) {
        return StorageError.NOT_REDUNDANT.error(
                "LU " + name + " is not redundant",
                "it has no copy, and is none",
                "lu:mirror gives it a copy on another disk group");
    }

    @Override
    public List<RedundantLu> redundantLus() {
        return pairs.all().stream()
                .map(this::shown)
                .sorted(Comparator.comparing(RedundantLu::luName))
                .toList();
    }

    @Override
    public RedundantLu redundantLu(String lu) {
        return shown(pair(lu));
    }

    private RedundancyRow pair(String lu) {
        LuRow row = catalog.lu(lu);
        return pairs.with(row.id())
                .filter(found -> found.lu().equals(row.id()) || found.copy().equals(row.id()))
                .orElseThrow(() -> notRedundant(lu));
    }

    private LuRow primary(String lu) {
        return catalog.lu(pair(lu).lu()).orElseThrow(() -> notRedundant(lu));
    }

    private RedundantLu shown(RedundancyRow row) {
        long sizeBytes = catalog.lu(row.lu()).map(LuRow::sizeBytes).orElse(0L);
        long behind = mirrors.openHere(row.lu()).map(MirrorStore::behindBytes).orElse(row.behindBytes());
        return new RedundantLu(
                row.lu(),
                name(row.lu()),
                row.copy(),
                name(row.copy()),
                row.state(),
                behind,
                sizeBytes,
                moments.get(row.moment()).map(PastMoment::at).orElse(""),
                row.reason());
    }

    private String name(UUID lu) {
        return catalog.lu(lu).map(LuRow::name).orElse(lu.toString());
    }

    @Override
    public Plan planAdd(CopySpec spec) {
        return plans.add(spec);
    }

    @Override
    public Plan planRemove(String lu) {
        return plans.remove(shown(pair(lu)), primary(lu));
    }

    @Override
    public Plan planResync(String lu) {
        return plans.resync(shown(pair(lu)), primary(lu));
    }

    @Override
    public RedundantLu add(CopySpec spec) {
        return shown(copying.add(spec));
    }

    @Override
    public void remove(String lu) {
        copying.remove(primary(lu));
    }

    @Override
    public RedundantLu resync(String lu, Progress progress) {
        LuRow row = primary(lu);
        works.run(
                Mirrors.RESYNC,
                row.object(),
                Mirrors.copyingWhat(row.name()),
                progress,
                told -> open.using(row, "being resynchronised", held -> {
                    MirrorStore mirror = mirrors.openHere(row.id()).orElseThrow(() -> notRedundant(lu));
                    mirrors.join(row.id(), mirror);
                    mirror.resync(held.watched(told));
                    return row;
                }));
        return shown(pairs.current(row.id()).orElseThrow(() -> notRedundant(lu)));
    }

    @Override
    public RedundantLu promote(String lu) {
        return shown(promotion.promote(primary(lu)));
    }

    @Override
    public OpenLu openForReading(UUID lu, Reader reader, String operation) {
        return readers.open(lu, reader, operation);
    }
}
