package org.serai.partition.core;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.serai.cluster.Clients;
import org.serai.cluster.Fence;
import org.serai.cluster.Journal;
import org.serai.cluster.Liveness;
import org.serai.cluster.Membership;
import org.serai.cluster.Ownership;
import org.serai.database.Database;
import org.serai.hypervisor.spi.Hypervisor;
import org.serai.message.MessageHandler;
import org.serai.message.Messages;
import org.serai.partition.Lpar;
import org.serai.partition.LparSpec;
import org.serai.partition.Outcome;
import org.serai.partition.PartitionError;
import org.serai.partition.Partitions;
import org.serai.scsi.Exports;
import org.serai.storage.Paging;
import org.serai.storage.Storage;

/** Partitions as a service of this node: wires the operations, and nothing else. */
@Component(
        service = {Partitions.class, MessageHandler.class},
        immediate = true,
        configurationPid = "org.serai.partition",
        property = "message.topic=" + Forwarding.TOPIC)
@Designate(ocd = PartitionSettings.class)
public final class PartitionService implements Partitions, MessageHandler {
    private static final long RETRY_MS = 1000;

    private final Hypervisors hypervisors = new Hypervisors();
    private final ExecutorService workers = Executors.newThreadPerTaskExecutor(
            Thread.ofPlatform().daemon().name("partition-", 0).factory());
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("partition-retry").factory());
    private final PartitionNode node;

    private volatile Messages messages;
    private volatile Paging paging;
    private volatile PartitionNode.Limits limits;

    /** Wired by Declarative Services. */
    @Activate
    public PartitionService(
            BundleContext bundle,
            PartitionSettings settings,
            @Reference Membership membership,
            @Reference Database database,
            @Reference Ownership ownership,
            @Reference Journal journal,
            @Reference Liveness liveness,
            @Reference Fence fence,
            @Reference Clients clients,
            @Reference Storage storage,
            @Reference Exports exports) {
        limits = limits(settings);
        String instance = bundle.getProperty("serai.instance.dir");
        if (instance == null) {
            throw PartitionError.BAD_DEFINITION.error(
                    "Partitions cannot run on this node",
                    "the framework property serai.instance.dir is not set",
                    "start the node with launcher/serai");
        }
        var context = new PartitionContext(
                membership,
                database,
                ownership,
                journal,
                liveness,
                fence,
                clients,
                storage,
                () -> Optional.ofNullable(paging),
                exports,
                hypervisors,
                Path.of(instance).resolve("partitions"),
                System::nanoTime,
                new SecureRandom(),
                workers,
                scheduler,
                RETRY_MS);
        node = new PartitionNode(context, () -> Optional.ofNullable(messages), () -> limits);
        node.begin();
    }

    /** Takes new settings over without touching what runs. */
    @Modified
    void modified(PartitionSettings settings) {
        limits = limits(settings);
    }

    /** Stops the partitions of this node in good order. */
    @Deactivate
    void deactivate() {
        node.end();
        scheduler.shutdownNow();
        workers.shutdown();
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindHypervisor(Hypervisor hypervisor, Map<String, Object> properties) {
        hypervisors.add(backend(properties), hypervisor);
    }

    void unbindHypervisor(Hypervisor hypervisor, Map<String, Object> properties) {
        hypervisors.remove(backend(properties), hypervisor);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void bindMessages(Messages service) {
        messages = service;
    }

    void unbindMessages(Messages service) {
        if (messages == service) {
            messages = null;
        }
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void bindPaging(Paging service) {
        paging = service;
    }

    void unbindPaging(Paging service) {
        if (paging == service) {
            paging = null;
        }
    }

    private static String backend(Map<String, Object> properties) {
        return String.valueOf(properties.get("hypervisor.backend"));
    }

    private static PartitionNode.Limits limits(PartitionSettings settings) {
        return new PartitionNode.Limits(
                Duration.ofMillis(in("partition.requestTimeoutMs", settings.requestTimeoutMs(), 1000, 86_400_000)),
                Duration.ofMillis(in("partition.stopGraceMs", settings.stopGraceMs(), 0, 600_000)));
    }

    private static int in(String key, int value, int min, int max) {
        if (value < min || value > max) {
            throw PartitionError.BAD_DEFINITION.error(
                    "The configuration of partitions is refused",
                    key + " = " + value + " is not from " + min + " to " + max,
                    "correct " + key);
        }
        return value;
    }

    @Override
    public Lpar create(LparSpec spec) {
        return node.create(spec);
    }

    @Override
    public void delete(String name) {
        node.delete(name);
    }

    @Override
    public List<Lpar> all() {
        return node.all();
    }

    @Override
    public Lpar lpar(String name) {
        return node.lpar(name);
    }

    @Override
    public Outcome start(String name, Optional<String> target, Consumer<String> progress) {
        return node.start(name, target, progress);
    }

    @Override
    public Outcome stop(String name, Duration grace, Consumer<String> progress) {
        return node.stop(name, grace, progress);
    }

    @Override
    public Outcome dropImage(String name, Consumer<String> progress) {
        return node.dropImage(name, progress);
    }

    @Override
    public Outcome hibernate(String name, Consumer<String> progress) {
        return node.hibernate(name, progress);
    }

    @Override
    public Outcome resume(String name, Optional<String> target, Consumer<String> progress) {
        return node.resume(name, target, progress);
    }

    @Override
    public Outcome remoteRestart(String name, Optional<String> target, Consumer<String> progress) {
        return node.remoteRestart(name, target, progress);
    }

    @Override
    public byte[] handle(UUID from, byte[] payload) {
        return node.handle(from, payload);
    }
}
