package org.serai.cluster.core.ownership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.serai.cluster.Client;
import org.serai.cluster.ClusterError;
import org.serai.database.Database;
import org.serai.database.View;
import org.serai.database.jdbc.JdbcEngine;
import org.serai.ffdc.SeraiException;

/** Clients at a node whose views have not heard yet of what another node has just made. */
class DatabaseClientsTest {
    @TempDir
    Path directory;

    private final AtomicBoolean caughtUp = new AtomicBoolean();
    private Database database;
    private Client made;
    private DatabaseClients late;

    @BeforeEach
    void makeAClientElsewhere() {
        database = JdbcEngine.embedded().open("embedded:" + directory.resolve("db"), Map.of());
        made = new DatabaseClients(database).create("acme");
        late = new DatabaseClients((Database) Proxy.newProxyInstance(
                Database.class.getClassLoader(), new Class<?>[] {Database.class}, (_, method, arguments) -> {
                    if (method.getName().equals("view") && !caughtUp.get()) {
                        return new Empty<>();
                    }
                    caughtUp.compareAndSet(false, method.getName().equals("catchUp"));
                    try {
                        return method.invoke(database, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    private record Empty<T extends Record>() implements View<T> {
        @Override
        public Optional<T> get(Object key) {
            return Optional.empty();
        }

        @Override
        public List<T> all() {
            return List.of();
        }
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aClientIsFoundByItsName() {
        assertThat(late.all()).isEmpty();
        assertThat(late.client("acme")).isEqualTo(made);
        assertThatThrownBy(() -> late.client("other"))
                .isInstanceOfSatisfying(
                        SeraiException.class,
                        failed -> assertThat(failed.code()).isEqualTo(ClusterError.NO_SUCH_CLIENT));
    }

    @Test
    void aClientIsFoundByItsId() {
        assertThat(late.all()).isEmpty();
        assertThat(late.client(made.id())).contains(made);
        assertThat(late.client(made.id() + 1)).isEmpty();
    }

    @Test
    void aClientIsDeleted() {
        late.delete("acme");
        assertThat(new DatabaseClients(database).all()).isEmpty();
    }
}
