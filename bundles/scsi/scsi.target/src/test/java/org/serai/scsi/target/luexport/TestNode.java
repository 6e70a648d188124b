package org.serai.scsi.target.luexport;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.serai.cluster.Node;
import org.serai.database.Database;
import org.serai.message.MessageError;
import org.serai.message.MessageHandler;
import org.serai.message.Messages;
import org.serai.scsi.ExportSpec;
import org.serai.scsi.spi.TargetTransport;
import org.serai.scsi.target.export.ExportService;
import org.serai.scsi.target.export.TargetRegistry;
import org.serai.scsi.target.lu.UnitStore;
import org.serai.scsi.target.reservation.ReservationStore;

/** The export side of a node of two, over a VIOS DB and storage that both share. */
final class TestNode {
    /** What nodes share beside the VIOS DB. */
    static final class Shared {
        final TestStorage storage = new TestStorage();
        final TestLiveness liveness = new TestLiveness();
        private final Map<UUID, MessageHandler> handlers = new ConcurrentHashMap<>();
        private final Set<UUID> losingOne = ConcurrentHashMap.newKeySet();

        /** Cuts a node off from messages; it lives on. */
        void silence(TestNode node) {
            handlers.remove(node.self.id());
        }

        /** Loses the next message to a node. */
        void loseOne(TestNode node) {
            losingOne.add(node.self.id());
        }

        /** Ends a node: what it holds stays held, and it answers nobody. */
        void kill(TestNode node) {
            handlers.remove(node.self.id());
            liveness.isOver(node.self.id());
            node.scheduler.shutdownNow();
        }
    }

    final Node self;
    final TargetRegistry registry = new TargetRegistry();
    final ExportService exports = new ExportService(registry, ReservationStore.NOWHERE, UnitStore.NOWHERE);
    final TargetTransport transport = new TargetTransport() {
        @Override
        public String portal() {
            return self.portal();
        }

        @Override
        public String url(String portal, ExportSpec export, int lun) {
            return portal + "/" + export.chap().map(ExportSpec.Chap::user).orElse("-") + "/" + export.target();
        }
    };

    private final Shared shared;
    private final Database database;
    private final TestCluster cluster;
    private ScheduledExecutorService scheduler;
    LuExportService service;

    TestNode(Node self, Node other, Database database, Shared shared) {
        this.self = self;
        this.shared = shared;
        this.database = database;
        this.cluster = new TestCluster(self, other);
        exports.bindTransport(transport);
        start();
    }

    /** Begins, as at the start of the node. */
    void start() {
        scheduler = Executors.newSingleThreadScheduledExecutor();
        service = new LuExportService(
                new Cluster(cluster, shared.liveness, shared.storage.ownership(), database),
                messages(),
                shared.storage.storage(self.id()),
                exports,
                new SecureRandom(),
                scheduler,
                task -> Thread.ofPlatform().daemon().start(task),
                Duration.ofSeconds(60));
        shared.handlers.put(self.id(), service);
    }

    private Messages messages() {
        return new Messages() {
            @Override
            public void broadcast(String topic, byte[] payload) {
                throw new UnsupportedOperationException("exports ask single nodes");
            }

            @Override
            public byte[] request(UUID node, String topic, byte[] payload, Duration timeout) {
                MessageHandler handler = shared.handlers.get(node);
                if (handler == null || shared.losingOne.remove(node)) {
                    throw MessageError.NO_ANSWER.error("Node " + node + " was not asked", "it does not answer", "wait");
                }
                return handler.handle(self.id(), payload);
            }

            @Override
            public Set<UUID> view() {
                return shared.handlers.keySet();
            }
        };
    }

    /** Ends in order. */
    void stop() {
        shared.handlers.remove(self.id());
        service.close();
    }
}
