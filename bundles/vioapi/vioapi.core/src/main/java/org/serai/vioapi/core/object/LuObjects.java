package org.serai.vioapi.core.object;

import java.util.List;
import java.util.Optional;
import org.serai.cluster.Client;
import org.serai.cluster.Clients;
import org.serai.storage.CopySpec;
import org.serai.storage.Lu;
import org.serai.storage.LuChange;
import org.serai.storage.LuChanges;
import org.serai.storage.LuKind;
import org.serai.storage.LuSnapshot;
import org.serai.storage.LuSpec;
import org.serai.storage.Redundancy;
import org.serai.storage.RedundantLu;
import org.serai.storage.Storage;
import org.serai.storage.StorageError;
import org.serai.storage.Thresholds;
import org.serai.storage.TierName;
import org.serai.vioapi.VioObject;
import org.serai.vioapi.core.call.Asked;
import org.serai.vioapi.core.call.Call;
import org.serai.vioapi.core.call.Domains;

/** LUs, their snapshots and live copies. */
public final class LuObjects {
    private final Domains domains;

    /** Over these services. */
    public LuObjects(Domains domains) {
        this.domains = domains;
    }

    /** What can be asked. */
    public List<Call> calls() {
        return List.of(
                Call.list("lu", _ -> all()),
                Call.get("lu", asked -> List.of(named(asked.text("name")))),
                Call.administer("create", "lu", this::create),
                Call.administer("change", "lu", this::change),
                Call.administer("delete", "lu", this::delete),
                Call.list("snapshot", asked -> snapshots(asked.text("lu"))),
                Call.get("snapshot", asked -> List.of(snapshot(asked.text("lu"), asked.text("name")))),
                Call.operate("create", "snapshot", this::createSnapshot),
                Call.administer("delete", "snapshot", this::deleteSnapshot),
                Call.administer("rollback", "snapshot", this::rollback),
                Call.administer("clone", "snapshot", this::copies),
                Call.administer("flatten", "lu", this::flatten),
                Call.administer("mirror", "lu", this::mirror),
                Call.administer("unmirror", "lu", this::unmirror),
                Call.operate("resync", "lu", this::resync),
                Call.administer("promote", "lu", this::promote));
    }

    private Storage storage() {
        return domains.get(Storage.class);
    }

    private void apply(Asked asked, LuChange change) {
        domains.get(LuChanges.class).apply(change, Shares.progress(asked));
    }

    private List<VioObject> all() {
        List<RedundantLu> pairs = pairs();
        return storage().lus().stream().map(lu -> lu(lu, pairs)).toList();
    }

    private VioObject named(String name) {
        return lu(storage().lu(name), pairs());
    }

    private List<RedundantLu> pairs() {
        return domains.find(Redundancy.class).map(Redundancy::redundantLus).orElse(List.of());
    }

    private VioObject lu(Lu lu, List<RedundantLu> pairs) {
        Optional<RedundantLu> pair =
                pairs.stream().filter(each -> each.lu().equals(lu.id())).findFirst();
        Optional<Lu> known = Optional.of(lu).filter(Lu::isSpaceKnown);
        return VioObject.of("lu")
                .with("id", lu.id())
                .with("name", lu.name())
                .with("pool", lu.poolName())
                .with("tier", lu.place().tier())
                .with(
                        "client",
                        domains.get(Clients.class)
                                .client(lu.clientId())
                                .map(Client::name)
                                .orElse(Long.toString(lu.clientId())))
                .with("kind", lu.kind())
                .with("sizeBytes", lu.sizeBytes())
                .with("usedBytes", known.map(Lu::usedBytes))
                .with("ownBytes", known.map(it -> it.place().ownBytes()))
                .with("snapshotBytes", known.map(it -> it.place().snapshotBytes()))
                .with("thick", lu.thick())
                .with("state", lu.state())
                .with("holder", lu.lock().map(Lu.Lock::nodeName))
                .with("operation", lu.lock().map(Lu.Lock::operation))
                .with("epoch", lu.lock().map(Lu.Lock::epoch))
                .with("origin", lu.place().origin())
                .with("copy", pair.map(RedundantLu::copyName))
                .with("copyState", pair.map(RedundantLu::state));
    }

    private List<VioObject> create(Asked asked) {
        Lu made = storage()
                .createLu(new LuSpec(
                        asked.text("name"),
                        TierName.of(asked.text("tier")),
                        domains.get(Clients.class).client(asked.text("client")).id(),
                        asked.constant(LuKind.class, "kind").orElse(LuKind.DATA),
                        asked.number("sizeBytes"),
                        asked.flag("thick")));
        return List.of(lu(made, pairs()));
    }

    private List<VioObject> change(Asked asked) {
        String name = asked.text("name");
        Shares.asked(asked, Thresholds.NONE.hysteresisPercent())
                .ifPresent(thresholds -> apply(asked, new LuChange.SetLuThresholds(name, thresholds)));
        asked.findNumber("sizeBytes").ifPresent(bytes -> apply(asked, new LuChange.Resize(name, bytes)));
        asked.find("tier").ifPresent(tier -> apply(asked, new LuChange.Move(name, TierName.of(tier))));
        return List.of(named(name));
    }

    private List<VioObject> delete(Asked asked) {
        storage().deleteLu(asked.text("name"));
        return List.of();
    }

    private List<VioObject> snapshots(String lu) {
        return domains.get(LuChanges.class).snapshots(lu).stream()
                .map(LuObjects::snapshot)
                .toList();
    }

    private VioObject snapshot(String lu, String name) {
        return snapshots(lu).stream()
                .filter(each -> each.values().get("name").equals(name))
                .findFirst()
                .orElseThrow(() -> StorageError.NO_SUCH_SNAPSHOT.error(
                        "LU " + lu + " has no snapshot " + name,
                        "no snapshot has that name",
                        "list the snapshots of the LU"));
    }

    private static VioObject snapshot(LuSnapshot snapshot) {
        return VioObject.of("snapshot")
                .with("id", snapshot.id())
                .with("name", snapshot.name())
                .with("lu", snapshot.lu())
                .with("taken", snapshot.taken())
                .with("sizeBytes", snapshot.sizeBytes())
                .with("ownBytes", snapshot.ownBytes())
                .with("set", snapshot.set())
                .with(snapshot.clones().stream()
                        .map(lu -> VioObject.of("clone").with("lu", lu))
                        .toList());
    }

    private List<VioObject> createSnapshot(Asked asked) {
        List<String> lus = asked.each("lu", "name");
        apply(asked, new LuChange.Snapshot(lus, asked.text("name")));
        return lus.stream().map(lu -> snapshot(lu, asked.text("name"))).toList();
    }

    private List<VioObject> deleteSnapshot(Asked asked) {
        apply(asked, new LuChange.DropSnapshot(asked.text("lu"), asked.text("name")));
        return List.of();
    }

    private List<VioObject> rollback(Asked asked) {
        apply(asked, new LuChange.Rollback(asked.text("lu"), asked.text("name")));
        return List.of(named(asked.text("lu")));
    }

    private List<VioObject> copies(Asked asked) {
        List<LuChange.Copy> copies = asked.object().parts("copy").stream()
                .map(asked::of)
                .map(copy -> new LuChange.Copy(
                        copy.text("origin"),
                        copy.text("name"),
                        copy.find("tier").map(TierName::of)))
                .toList();
        apply(asked, new LuChange.Clone(copies, asked.text("name")));
        return copies.stream().map(copy -> named(copy.name())).toList();
    }

    private List<VioObject> flatten(Asked asked) {
        apply(asked, new LuChange.Flatten(asked.text("name")));
        return List.of(named(asked.text("name")));
    }

    private List<VioObject> mirror(Asked asked) {
        domains.get(Redundancy.class)
                .add(new CopySpec(asked.text("name"), asked.text("copy"), TierName.of(asked.text("tier"))));
        return List.of(named(asked.text("name")));
    }

    private List<VioObject> unmirror(Asked asked) {
        domains.get(Redundancy.class).remove(asked.text("name"));
        return List.of(named(asked.text("name")));
    }

    private List<VioObject> resync(Asked asked) {
        domains.get(Redundancy.class).resync(asked.text("name"), Shares.progress(asked));
        return List.of(named(asked.text("name")));
    }

    private List<VioObject> promote(Asked asked) {
        RedundantLu now = domains.get(Redundancy.class).promote(asked.text("name"));
        return List.of(named(now.luName()));
    }
}
