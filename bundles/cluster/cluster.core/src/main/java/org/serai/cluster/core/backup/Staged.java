package org.serai.cluster.core.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.function.Consumer;
import org.serai.database.Archive;
import org.serai.database.Database;
import org.serai.database.Transaction;
import org.serai.database.spi.DatabaseEngine;

/** A backup's content in databases of the node's own that are thrown away; what a killed process left is, too. */
final class Staged {
    private final Home home;
    private final Path folder;
    private int made;

    Staged(Home home) {
        this.home = home;
        this.folder = home.scratch();
        clear();
    }

    /** The content, brought to this version of the schema. */
    Database open(Archive archive) {
        String url = fill(archive, _ -> {});
        return engine(url).open(url, Map.of());
    }

    /** Fills one more, and returns its URL. */
    String fill(Archive archive, Consumer<Transaction> adjusting) {
        String url = "embedded:" + folder.resolve(Integer.toString(made++));
        engine(url).restore(url, Map.of(), archive, adjusting);
        return url;
    }

    private DatabaseEngine engine(String url) {
        return home.engine(url);
    }

    void clear() {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("what is thrown away cannot be cleared", failed);
        }
    }
}
