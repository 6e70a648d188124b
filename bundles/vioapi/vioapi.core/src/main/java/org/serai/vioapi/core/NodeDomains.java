package org.serai.vioapi.core;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.osgi.service.component.AnyService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.serai.cluster.Cluster;
import org.serai.cluster.ClusterError;
import org.serai.ffdc.SeraiException;
import org.serai.vioapi.VioApiError;
import org.serai.vioapi.core.call.Domains;

/** The services of the domains as they come and go. */
@Component(service = NodeDomains.class)
public final class NodeDomains implements Domains {
    /** The API itself is a handler of messages too, and is made of this. */
    private static final String SERVICES =
            "(&(!(objectClass=org.serai.vioapi.*))(|(objectClass=org.serai.cluster.*)(objectClass=org.serai.database.*)"
                    + "(objectClass=org.serai.message.*)(objectClass=org.serai.partition.*)(objectClass=org.serai.scsi.*)"
                    + "(objectClass=org.serai.storage.*)))";

    private final Map<Class<?>, Object> present = new ConcurrentHashMap<>();

    /** With nothing there yet. */
    @Activate
    public NodeDomains() {}

    @Override
    public <T> Optional<T> find(Class<T> type) {
        return Optional.ofNullable(type.cast(present.get(type)));
    }

    @Override
    public <T> T get(Class<T> type) {
        return find(type).orElseThrow(() -> missing(type));
    }

    private SeraiException missing(Class<?> type) {
        Optional<Cluster> alone =
                find(Cluster.class).filter(cluster -> cluster.membership().isEmpty());
        if (alone.isPresent()) {
            return ClusterError.NOT_A_MEMBER.error(
                    "This node is not a member of a cluster",
                    alone.get().state(),
                    "make a cluster or join one at its shell, or wait until it has reached its database");
        }
        return VioApiError.UNAVAILABLE.error(
                "This node cannot answer now",
                "no active bundle offers " + type.getSimpleName(),
                "ask again, or another node; driver:list in the shell shows what is missing");
    }

    /** Every service of a domain, under each of its names. */
    @Reference(
            service = AnyService.class,
            target = SERVICES,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    void add(Object service, Map<String, Object> properties) {
        types(service, properties).forEach(type -> present.put(type, service));
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
}
