package org.serai.vioapi.core.object;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.serai.cluster.Client;
import org.serai.cluster.Clients;
import org.serai.cluster.Cluster;
import org.serai.cluster.Fencing;
import org.serai.cluster.LiveNodes;
import org.serai.cluster.Liveness;
import org.serai.cluster.Membership;
import org.serai.cluster.Neighbours;
import org.serai.cluster.Node;
import org.serai.cluster.Primary;
import org.serai.database.Database;
import org.serai.ffdc.SeraiException;
import org.serai.vioapi.VioObject;
import org.serai.vioapi.core.call.Asked;
import org.serai.vioapi.core.call.Call;
import org.serai.vioapi.core.call.Domains;

/** The cluster, its nodes and clients. */
public final class ClusterObjects {
    private final Domains domains;

    /** Over these services. */
    public ClusterObjects(Domains domains) {
        this.domains = domains;
    }

    /** What can be asked. */
    public List<Call> calls() {
        return List.of(
                Call.list("cluster", _ -> List.of(cluster())),
                Call.get("cluster", _ -> List.of(cluster())),
                Call.list(
                        "node",
                        _ -> membership().nodes().stream().map(this::node).toList()),
                Call.get("node", this::getNode),
                Call.administer("change", "node", this::setNeighbours),
                Call.administer("delete", "node", this::removeNode),
                Call.administer("fence", "node", this::fence),
                Call.list(
                        "client",
                        _ -> clients().all().stream()
                                .map(ClusterObjects::client)
                                .toList()),
                Call.get("client", asked -> List.of(client(clients().client(asked.text("name"))))),
                Call.administer(
                        "create", "client", asked -> List.of(client(clients().create(asked.text("name"))))),
                Call.administer("delete", "client", this::deleteClient));
    }

    private Membership membership() {
        return domains.get(Membership.class);
    }

    private Clients clients() {
        return domains.get(Clients.class);
    }

    private VioObject cluster() {
        Cluster cluster = domains.get(Cluster.class);
        VioObject bare = VioObject.of("cluster").with("state", cluster.state());
        Optional<Membership> membership = cluster.membership();
        if (membership.isEmpty()) {
            return bare;
        }
        Membership.ClusterInfo info = membership.get().cluster();
        Optional<Database.Status> database = domains.find(Database.class).map(Database::status);
        return bare.with("id", info.id())
                .with("name", info.name())
                .with(
                        "primary",
                        domains.find(Primary.class)
                                .flatMap(Primary::node)
                                .flatMap(membership.get()::node)
                                .map(Node::name))
                .with("nodes", membership.get().nodes().size())
                .with("renewalMs", info.renewalMs())
                .with("leaseMs", info.leaseMs())
                .with("marginMs", info.marginMs())
                .with("database", database.map(status -> status.engine() + " at " + status.place()))
                .with("databaseReachable", database.map(Database.Status::reachable));
    }

    private VioObject node(Node node) {
        Optional<Liveness.Seen> seen = domains.find(Liveness.class).map(liveness -> liveness.seen(node.id()));
        Optional<Primary> primary = domains.find(Primary.class);
        Optional<Primary.Standing> standing = primary.stream()
                .flatMap(elected -> elected.standings().stream())
                .filter(each -> each.node().equals(node.id()))
                .findFirst();
        return VioObject.of("node")
                .with("id", node.id())
                .with("name", node.name())
                .with("slot", node.slot())
                .with("incarnation", node.incarnation())
                .with("cec", node.host().locationCode())
                .with("portal", given(node.portal()))
                .with("transport", given(node.transportAddress()))
                .with("state", seen.map(Liveness.Seen::state).orElse(Liveness.State.UNKNOWN))
                .with("silentMs", seen.map(Liveness.Seen::silentMs).orElse(0L))
                .with(
                        "primary",
                        primary.flatMap(Primary::node).filter(node.id()::equals).isPresent())
                .with("storageLost", standing.map(Primary.Standing::storageLost).orElse(false))
                .with(
                        "databaseLost",
                        standing.map(Primary.Standing::databaseLost).orElse(false))
                .with("self", node.id().equals(membership().self().id()));
    }

    static Optional<String> given(String text) {
        return Optional.of(text).filter(some -> !some.isEmpty());
    }

    private List<VioObject> getNode(Asked asked) {
        Node node = membership().node(asked.text("name"));
        VioObject shown = node(node);
        return List.of(asked.flag("live") ? shown.with(List.of(live(node.id()))).with(neighbours(node.id())) : shown);
    }

    private VioObject live(UUID node) {
        try {
            LiveNodes.Live live = domains.get(LiveNodes.class).ask(node);
            Optional<Long> load = Optional.of(Math.round(live.load() * 1000)).filter(permille -> permille >= 0);
            return VioObject.of("live")
                    .with("incarnation", live.incarnation())
                    .with("memberMs", live.memberMs())
                    .with("fenceOpen", live.fenceOpen())
                    .with("databaseReachable", live.databaseReachable())
                    .with("revision", live.revision())
                    .with("heapUsedBytes", live.heapUsedBytes())
                    .with("heapMaxBytes", live.heapMaxBytes())
                    .with("loadPermille", load);
        } catch (SeraiException e) {
            return VioObject.of("silence").with("text", e.what() + ": " + e.reason());
        }
    }

    private List<VioObject> neighbours(UUID node) {
        return domains.get(Neighbours.class).of(node).nodes().stream()
                .flatMap(id -> membership().node(id).stream())
                .map(other -> VioObject.of("neighbour").with("name", other.name()))
                .toList();
    }

    private List<VioObject> setNeighbours(Asked asked) {
        Node node = membership().node(asked.text("name"));
        domains.get(Neighbours.class)
                .set(
                        node.id(),
                        asked.each("neighbour", "name").stream()
                                .map(name -> membership().node(name).id())
                                .toList());
        return List.of(node(node).with(neighbours(node.id())));
    }

    private List<VioObject> removeNode(Asked asked) {
        domains.get(Fencing.class).remove(membership().node(asked.text("name")).id(), asked.progress());
        return List.of();
    }

    private List<VioObject> fence(Asked asked) {
        Node node = membership().node(asked.text("name"));
        domains.get(Fencing.class).fence(node.id(), asked.progress());
        return List.of(node(node));
    }

    static VioObject client(Client client) {
        return VioObject.of("client").with("id", client.id()).with("name", client.name());
    }

    private List<VioObject> deleteClient(Asked asked) {
        clients().delete(asked.text("name"));
        return List.of();
    }
}
