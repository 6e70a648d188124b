package org.serai.shell.commands;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.serai.cluster.Clients;
import org.serai.cluster.Cluster;
import org.serai.cluster.ClusterError;
import org.serai.cluster.Fence;
import org.serai.cluster.Journal;
import org.serai.cluster.Liveness;
import org.serai.cluster.Membership;
import org.serai.cluster.Node;
import org.serai.cluster.Ownership;
import org.serai.database.Database;
import org.serai.ffdc.SeraiException;
import org.serai.hypervisor.spi.Hypervisor;
import org.serai.partition.Partitions;
import org.serai.scsi.Exports;
import org.serai.scsi.LuExports;
import org.serai.shell.ShellError;
import org.serai.storage.Storage;

/** The services that the commands need, as they are there now; what is missing is told in words that help. */
@Component(service = NodeServices.class)
public final class NodeServices {
    private static final long COMING_MS = 5000;

    private final long comingMs;
    private final Map<Class<?>, Object> present = new ConcurrentHashMap<>();
    private final Map<String, Hypervisor> hypervisors = new ConcurrentHashMap<>();

    /** With nothing there yet. */
    @Activate
    public NodeServices() {
        this(COMING_MS);
    }

    /** @param comingMs how long a command waits for a service that comes with the membership */
    NodeServices(long comingMs) {
        this.comingMs = comingMs;
    }

    /** A service of that type; right after a start or a join it is waited for. */
    <T> T get(Class<T> type) {
        return find(type).or(() -> await(type)).orElseThrow(() -> missing(type));
    }

    private synchronized <T> Optional<T> await(Class<T> type) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(comingMs);
        try {
            while (find(type).isEmpty() && isComing()) {
                long leftMs = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (leftMs <= 0) {
                    break;
                }
                // The state of the cluster tells nobody when it changes.
                wait(Math.min(leftMs, 100));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while " + type.getSimpleName() + " was awaited");
        }
        return find(type);
    }

    /** Whether the services of a member may still appear. */
    private boolean isComing() {
        return find(Cluster.class)
                .map(Cluster::state)
                .filter(state -> state.startsWith("starting") || state.startsWith("member"))
                .isPresent();
    }

    /** A service of that type, if it is there. */
    <T> Optional<T> find(Class<T> type) {
        return Optional.ofNullable(type.cast(present.get(type)));
    }

    private SeraiException missing(Class<?> type) {
        Optional<Cluster> cluster = find(Cluster.class);
        if (cluster.isPresent() && cluster.get().membership().isEmpty()) {
            String state = cluster.get().state();
            return ClusterError.NOT_A_MEMBER.error(
                    "This node is not a member of a cluster",
                    state,
                    state.startsWith("alone")
                            ? "cluster:create NAME or cluster:join TOKEN"
                            : "wait until cluster:status says member");
        }
        return ShellError.SERVICE_MISSING.error(
                "The service " + type.getSimpleName() + " is not there",
                "no active bundle offers " + type.getName(),
                "driver:list shows what is missing; right after a start, try again");
    }

    Cluster cluster() {
        return get(Cluster.class);
    }

    Membership membership() {
        return get(Membership.class);
    }

    Clients clients() {
        return get(Clients.class);
    }

    Storage storage() {
        return get(Storage.class);
    }

    Partitions partitions() {
        return get(Partitions.class);
    }

    /** The hypervisor backends by name. */
    Map<String, Hypervisor> hypervisors() {
        return Map.copyOf(hypervisors);
    }

    /** The name of a node; its UUID if it is registered no more. */
    String nodeName(UUID id) {
        return find(Membership.class)
                .flatMap(membership -> membership.node(id))
                .map(Node::name)
                .orElse(id.toString());
    }

    /** The name of a client; its id if there is none. */
    String clientName(long id) {
        return clients().client(id).map(client -> client.name()).orElse(Long.toString(id));
    }

    /** Names for completion: none where the service is not there or does not answer. */
    static List<String> names(Supplier<List<String>> names) {
        try {
            return List.copyOf(new TreeSet<>(names.get()));
        } catch (SeraiException nothingToComplete) {
            return List.of();
        }
    }

    synchronized <T> void set(Class<T> type, T service) {
        present.put(type, service);
        notifyAll();
    }

    private void unset(Class<?> type, Object service) {
        present.remove(type, service);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setCluster(Cluster service) {
        set(Cluster.class, service);
    }

    void unsetCluster(Cluster service) {
        unset(Cluster.class, service);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setMembership(Membership service) {
        set(Membership.class, service);
    }

    void unsetMembership(Membership service) {
        unset(Membership.class, service);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setClients(Clients service) {
        set(Clients.class, service);
    }

    void unsetClients(Clients service) {
        unset(Clients.class, service);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setLiveness(Liveness service) {
        set(Liveness.class, service);
    }

    void unsetLiveness(Liveness service) {
        unset(Liveness.class, service);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setFence(Fence service) {
        set(Fence.class, service);
    }

    void unsetFence(Fence service) {
        unset(Fence.class, service);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setOwnership(Ownership service) {
        set(Ownership.class, service);
    }

    void unsetOwnership(Ownership service) {
        unset(Ownership.class, service);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setJournal(Journal service) {
        set(Journal.class, service);
    }

    void unsetJournal(Journal service) {
        unset(Journal.class, service);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setDatabase(Database service) {
        set(Database.class, service);
    }

    void unsetDatabase(Database service) {
        unset(Database.class, service);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setStorage(Storage service) {
        set(Storage.class, service);
    }

    void unsetStorage(Storage service) {
        unset(Storage.class, service);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setExports(Exports service) {
        set(Exports.class, service);
    }

    void unsetExports(Exports service) {
        unset(Exports.class, service);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setLuExports(LuExports service) {
        set(LuExports.class, service);
    }

    void unsetLuExports(LuExports service) {
        unset(LuExports.class, service);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setPartitions(Partitions service) {
        set(Partitions.class, service);
    }

    void unsetPartitions(Partitions service) {
        unset(Partitions.class, service);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addHypervisor(Hypervisor hypervisor, Map<String, Object> properties) {
        hypervisors.put(String.valueOf(properties.get("hypervisor.backend")), hypervisor);
    }

    void removeHypervisor(Hypervisor hypervisor) {
        hypervisors.values().remove(hypervisor);
    }
}
