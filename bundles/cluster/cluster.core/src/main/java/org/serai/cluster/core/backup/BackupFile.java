package org.serai.cluster.core.backup;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.serai.cluster.Backups.Backup;
import org.serai.cluster.Backups.Identity;
import org.serai.cluster.ClusterError;
import org.serai.cluster.core.identity.DurableFile;
import org.serai.database.Archive;
import org.serai.ffdc.SeraiException;

/**
 * The file of a backup: JSON, one value a line. First the header, then for each table its name and columns and a line
 * for each row, last the number of rows and the SHA-256 of all that stands before it. docs/backup.md describes it.
 */
final class BackupFile {
    private static final String FORMAT = "serai-backup";
    private static final int VERSION = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    private BackupFile() {}

    /** What a backup holds. */
    record Content(Backup backup, Archive archive) {}

    private record Header(
            String format,
            int version,
            String cluster,
            @JsonProperty("cluster_id") UUID clusterId,
            int schema,
            long revision,
            @JsonProperty("taken_at") String takenAt,
            @JsonProperty("taken_by") String takenBy,
            List<Identity> nodes) {}

    private record TableLine(String table, List<String> columns) {}

    private record End(long rows, String sha256) {}

    /** Who writes a backup, when, of which cluster. */
    record Origin(String cluster, UUID id, String takenAt, String takenBy, List<Identity> nodes) {}

    /** The content of the file. */
    static byte[] encode(Origin origin, Archive archive) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            line(
                    bytes,
                    new Header(
                            FORMAT,
                            VERSION,
                            origin.cluster(),
                            origin.id(),
                            archive.schema(),
                            archive.revision(),
                            origin.takenAt(),
                            origin.takenBy(),
                            origin.nodes()));
            for (Archive.Content table : archive.tables()) {
                line(bytes, new TableLine(table.table(), table.columns()));
                for (List<Optional<Object>> row : table.rows()) {
                    line(bytes, row.stream().map(value -> value.orElse(null)).toArray());
                }
            }
            line(bytes, new End(archive.rows(), sha256(bytes.toByteArray(), bytes.size())));
            return bytes.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException("values of a database are always JSON", impossible);
        }
    }

    /** Writes it in whole or not at all, readable for its owner only: it holds the cluster's secrets. */
    static Backup write(Path file, byte[] content) {
        try {
            new DurableFile(file.toAbsolutePath()).write(content);
            return read(file).backup();
        } catch (IOException failed) {
            throw ClusterError.BAD_BACKUP.error(
                    "The backup " + file + " cannot be written",
                    failed.toString(),
                    "name a file in a folder that can be written",
                    failed);
        }
    }

    private static void line(ByteArrayOutputStream to, Object value) throws IOException {
        to.write(JSON.writeValueAsBytes(value));
        to.write('\n');
    }

    /** Reads and verifies all of it. */
    static Content read(Path file) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException failed) {
            throw bad(file, failed.toString());
        }
        return read(file, bytes);
    }

    /** Verifies content that was read from somewhere. */
    static Content read(Path file, byte[] bytes) {
        try {
            return parsed(file, bytes);
        } catch (IOException | RuntimeException damaged) {
            if (damaged instanceof SeraiException told) {
                throw told;
            }
            throw bad(file, "it is damaged: " + damaged.getMessage());
        }
    }

    private static Content parsed(Path file, byte[] bytes) throws IOException {
        int endAt = lastLine(bytes);
        Header header;
        List<Archive.Content> tables = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new ByteArrayInputStream(bytes, 0, endAt), StandardCharsets.UTF_8))) {
            String first = lines.readLine();
            if (first == null || !first.contains('"' + FORMAT + '"')) {
                throw bad(file, "it does not begin as a backup does");
            }
            End end = JSON.readValue(bytes, endAt, bytes.length - endAt, End.class);
            if (!sha256(bytes, endAt).equals(end.sha256())) {
                throw bad(file, "its content does not have the SHA-256 that it ends with");
            }
            JsonNode version = JSON.readTree(first).path("version");
            if (version.asInt() != VERSION) {
                throw bad(file, "its format has version " + version + ", and this node knows version " + VERSION);
            }
            header = JSON.readValue(first, Header.class);
            lines.lines().forEach(line -> add(tables, line));
        }
        Archive archive = new Archive(header.schema(), header.revision(), tables);
        Backup backup = new Backup(
                file.toAbsolutePath(),
                header.cluster(),
                header.clusterId(),
                header.schema(),
                header.revision(),
                header.takenAt(),
                header.takenBy(),
                header.nodes(),
                archive.rows(),
                bytes.length,
                sha256(bytes, bytes.length));
        return new Content(backup, archive);
    }

    /** Where the last line begins; 0 of what has only one. */
    private static int lastLine(byte[] bytes) {
        for (int at = bytes.length - 2; at >= 0; at--) {
            if (bytes[at] == '\n') {
                return at + 1;
            }
        }
        return 0;
    }

    private static void add(List<Archive.Content> tables, String line) {
        try {
            JsonNode value = JSON.readTree(line);
            if (value.isArray()) {
                tables.getLast()
                        .rows()
                        .add(StreamSupport.stream(value.spliterator(), false)
                                .map(BackupFile::value)
                                .toList());
            } else {
                TableLine table = JSON.treeToValue(value, TableLine.class);
                tables.add(new Archive.Content(table.table(), table.columns(), new ArrayList<>()));
            }
        } catch (IOException damaged) {
            throw new IllegalArgumentException("a line that is no JSON", damaged);
        }
    }

    private static Optional<Object> value(JsonNode node) {
        if (node.isNull()) {
            return Optional.empty();
        }
        return Optional.of(
                node.isBoolean() ? node.asBoolean() : node.isIntegralNumber() ? node.asLong() : node.asText());
    }

    private static SeraiException bad(Path file, String cause) {
        return ClusterError.BAD_BACKUP.error(
                "The backup " + file + " cannot be used",
                cause,
                "give the whole file as cluster:backup wrote it, or an earlier one");
    }

    private static String sha256(byte[] bytes, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, 0, length);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
