package org.serai.shell.commands;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.osgi.service.component.AnyService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.serai.cluster.Clients;
import org.serai.cluster.Cluster;
import org.serai.cluster.ClusterError;
import org.serai.cluster.Liveness;
import org.serai.cluster.Membership;
import org.serai.cluster.Node;
import org.serai.ffdc.SeraiException;
import org.serai.hypervisor.spi.Hypervisor;
import org.serai.partition.Lpar;
import org.serai.partition.LparState;
import org.serai.partition.Partitions;
import org.serai.shell.ShellError;
import org.serai.storage.Lu;
import org.serai.storage.Storage;

/** The services that the commands need, as they are there now; what is missing is told in words that help. */
@Component(service = NodeServices.class)
public final class NodeServices {
    private static final long COMING_MS = 5000;
    private static final String SERVICES = "(|(objectClass=org.serai.cluster.*)(objectClass=org.serai.database.*)"
            + "(objectClass=org.serai.message.*)(objectClass=org.serai.partition.*)(objectClass=org.serai.scsi.*)(objectClass=org.serai.storage.*)"
            + "(objectClass=org.serai.vioapi.*))";

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
    public <T> T get(Class<T> type) {
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
    public <T> Optional<T> find(Class<T> type) {
        return Optional.ofNullable(type.cast(present.get(type)));
    }

    private SeraiException missing(Class<?> type) {
        Optional<Cluster> cluster = find(Cluster.class);
        if (cluster.isPresent() && cluster.get().membership().isEmpty()) {
            String state = cluster.get().state();
            return ClusterError.NOT_A_MEMBER.error("This node is not a member of a cluster", state, wayIn(state));
        }
        return ShellError.SERVICE_MISSING.error(
                "The service " + type.getSimpleName() + " is not there",
                "no active bundle offers " + type.getName(),
                "driver:list shows what is missing; right after a start, try again");
    }

    /** What brings this node into a cluster. */
    static String wayIn(String state) {
        if (state.startsWith("alone")) {
            return "cluster:create NAME or cluster:join TOKEN";
        }
        return state.startsWith("refused")
                ? "cluster:join TOKEN, with what cluster:token prints at a member"
                : "wait until cluster:status says member";
    }

    public Cluster cluster() {
        return get(Cluster.class);
    }

    public Membership membership() {
        return get(Membership.class);
    }

    public Clients clients() {
        return get(Clients.class);
    }

    public Storage storage() {
        return get(Storage.class);
    }

    public Partitions partitions() {
        return get(Partitions.class);
    }

    /** The hypervisor backends by name. */
    Map<String, Hypervisor> hypervisors() {
        return Map.copyOf(hypervisors);
    }

    /** The name of a node; its UUID if it is registered no more. */
    public String nodeName(UUID id) {
        return find(Membership.class)
                .flatMap(membership -> membership.node(id))
                .map(Node::name)
                .orElse(id.toString());
    }

    /** What this node sees of a node of that name, if it is registered. */
    Optional<Liveness.State> nodeState(String name) {
        return find(Membership.class).stream()
                .flatMap(membership -> membership.nodes().stream())
                .filter(node -> node.name().equals(name))
                .findFirst()
                .flatMap(node -> find(Liveness.class)
                        .map(liveness -> liveness.seen(node.id()).state()));
    }

    /** The names of partitions that ran on a node, or do. */
    List<String> runningOn(String node) {
        return find(Partitions.class).map(Partitions::all).orElse(List.of()).stream()
                .filter(lpar -> lpar.node().equals(Optional.of(node)))
                .filter(lpar -> lpar.state() != LparState.STOPPED && lpar.state() != LparState.HIBERNATED)
                .map(Lpar::name)
                .toList();
    }

    /** What something that is owned is called, if it has a name: an LU, a partition. */
    Optional<String> ownedName(String object) {
        String id = object.substring(object.indexOf(':') + 1);
        if (object.startsWith("lu:")) {
            return find(Storage.class)
                    .flatMap(storage -> storage.lu(UUID.fromString(id)))
                    .map(Lu::name);
        }
        if (object.startsWith("lpar:")) {
            return find(Partitions.class).stream()
                    .flatMap(partitions -> partitions.all().stream())
                    .filter(lpar -> lpar.id().toString().equals(id))
                    .map(Lpar::name)
                    .findFirst();
        }
        return Optional.empty();
    }

    /** The name of a client; its id if there is none. */
    public String clientName(long id) {
        return clients().client(id).map(client -> client.name()).orElse(Long.toString(id));
    }

    /** Names for completion: none where the service is not there or does not answer. */
    public static List<String> names(Supplier<List<String>> names) {
        try {
            return List.copyOf(new TreeSet<>(names.get()));
        } catch (SeraiException nothingToComplete) {
            return List.of();
        }
    }

    public synchronized <T> void set(Class<T> type, T service) {
        present.put(type, service);
        notifyAll();
    }

    /** Every service of a domain, under each of its names. */
    @Reference(
            service = AnyService.class,
            target = SERVICES,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    synchronized void add(Object service, Map<String, Object> properties) {
        types(service, properties).forEach(type -> present.put(type, service));
        notifyAll();
    }

    void remove(Object service, Map<String, Object> properties) {
        types(service, properties).forEach(type -> present.remove(type, service));
    }

    private static Stream<Class<?>> types(Object service, Map<String, Object> properties) {
        List<String> names = List.of((String[]) properties.get("objectClass"));
        return Stream.<Class<?>>iterate(service.getClass(), Objects::nonNull, Class::getSuperclass)
                .flatMap(type -> Arrays.stream(type.getInterfaces()))
                .filter(type -> names.contains(type.getName()));
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addHypervisor(Hypervisor hypervisor, Map<String, Object> properties) {
        hypervisors.put(String.valueOf(properties.get("hypervisor.backend")), hypervisor);
    }

    void removeHypervisor(Hypervisor hypervisor) {
        hypervisors.values().remove(hypervisor);
    }
}
