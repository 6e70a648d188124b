package org.serai.storage.core.restore;

import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.cluster.Client;
import org.serai.cluster.Clients;
import org.serai.cluster.ClusterError;
import org.serai.cluster.spi.BackupKeeper;
import org.serai.ffdc.SeraiException;
import org.serai.storage.Lu;
import org.serai.storage.LuKind;
import org.serai.storage.LuSpec;
import org.serai.storage.OpenLu;
import org.serai.storage.Pool;
import org.serai.storage.Storage;

/** Keeps each backup in an LU of its own, of a client of its own: so it moves, and is checked, like any other LU. */
@Component
public final class PoolBackupKeeper implements BackupKeeper {
    /** To whom backups belong. */
    static final String CLIENT = "serai";

    private final Storage storage;
    private final Clients clients;

    /** While this node is a member. */
    @Activate
    public PoolBackupKeeper(@Reference Storage storage, @Reference Clients clients) {
        this.storage = storage;
        this.clients = clients;
    }

    @Override
    public List<String> places() {
        return storage.pools().stream()
                .filter(pool -> pool.trouble().isEmpty())
                .map(Pool::name)
                .toList();
    }

    @Override
    public void keep(String place, String name, byte[] content, int count) {
        Client client = client();
        String luName = name + "." + place;
        Lu lu = storage.createLu(
                new LuSpec(luName, place, client.id(), LuKind.IMAGE, KeptBackup.sizeBytes(content), false));
        try (OpenLu open = storage.open(lu.id(), client.id(), "writing a backup")) {
            KeptBackup.write(
                    new KeptBackup.Sink() {
                        @Override
                        public void write(long offset, ByteBuffer from) {
                            open.write(offset, from);
                        }

                        @Override
                        public void flush() {
                            open.flush();
                        }
                    },
                    content);
        }
        List<String> all = storage.lus().stream()
                .filter(each -> each.clientId() == client.id()
                        && each.name().startsWith("backup-")
                        && each.name().endsWith("." + place))
                .map(Lu::name)
                .sorted(Comparator.reverseOrder())
                .toList();
        all.stream().skip(count).forEach(storage::deleteLu);
    }

    private Client client() {
        try {
            return clients.client(CLIENT);
        } catch (SeraiException absent) {
            if (absent.code() != ClusterError.NO_SUCH_CLIENT) {
                throw absent;
            }
            return clients.create(CLIENT);
        }
    }
}
