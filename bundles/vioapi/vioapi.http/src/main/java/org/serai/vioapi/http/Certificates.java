package org.serai.vioapi.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.serai.ffdc.SeraiException;
import org.serai.vioapi.VioApiError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate of HTTPS: the one that is configured, else one that the node makes itself with the JDK's keytool and
 * keeps, until it expires or the node listens at an address that it does not name.
 */
final class Certificates {
    private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);
    private static final String ALIAS = "vioapi";
    private static final long TOOL_SECONDS = 60;
    private static final String VALID_DAYS = "3650";
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    /** The file's mode is what protects it; PKCS #12 has to have a password. */
    private static final String PASSWORD = "vioapi";

    private final Path folder;
    private final String node;
    private final InstantSource clock;

    /** For a node, in that folder. */
    Certificates(Path folder, String node, InstantSource clock) {
        this.folder = folder;
        this.node = node;
        this.clock = clock;
    }

    KeyMaterial forAddress(VioSettings settings) {
        try {
            if (settings.keystore().isPresent()) {
                return read(settings.keystore().get(), settings.keystorePassword(), false);
            }
            Path own = folder.resolve("vioapi.p12");
            Set<String> names = names(settings);
            if (Files.exists(own)) {
                KeyMaterial kept = read(own, PASSWORD, true);
                if (isGood(kept.certificate(), names)) {
                    return kept;
                }
            }
            make(own, names);
            KeyMaterial made = read(own, PASSWORD, true);
            LOG.info("a certificate of the VIOS API was made, SHA-256 {}", made.fingerprint());
            return made;
        } catch (IOException | GeneralSecurityException e) {
            throw unusable(String.valueOf(e.getMessage()), e);
        }
    }

    private static SeraiException unusable(String cause, Exception thrown) {
        return VioApiError.NOT_LISTENING.error(
                "The VIOS API has no certificate",
                cause,
                "look at vioapi.keystore and vioapi.keystorePassword, or leave them empty",
                thrown);
    }

    private static KeyMaterial read(Path file, String password, boolean madeHere)
            throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, password.toCharArray());
        }
        for (String alias : Collections.list(store.aliases())) {
            if (store.isKeyEntry(alias) && store.getCertificate(alias) instanceof X509Certificate certificate) {
                return new KeyMaterial(store, password, certificate, madeHere);
            }
        }
        throw new KeyMissing(file);
    }

    /** A file without a key. */
    private static final class KeyMissing extends GeneralSecurityException {
        private static final long serialVersionUID = 1;

        KeyMissing(Path file) {
            super(file + " holds no key with a certificate");
        }
    }

    private Set<String> names(VioSettings settings) {
        Set<String> names = new LinkedHashSet<>(List.of("localhost", "127.0.0.1"));
        names.add(node.toLowerCase(Locale.ROOT));
        try {
            names.add(InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT));
        } catch (UnknownHostException e) {
            LOG.debug("this host does not know its own name", e);
        }
        if (!settings.address().isAnyLocalAddress()) {
            names.add(settings.address().getHostAddress());
            names.add(settings.host().toLowerCase(Locale.ROOT));
        }
        names.removeIf(name -> !name.matches("[a-z0-9]([a-z0-9.:-]*[a-z0-9])?"));
        return names;
    }

    private boolean isGood(X509Certificate certificate, Set<String> names) throws GeneralSecurityException {
        List<String> named = new ArrayList<>();
        Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
        if (alternatives != null) {
            alternatives.stream()
                    .filter(entry ->
                            entry.get(0).equals(DNS_NAME) || entry.get(0).equals(IP_ADDRESS))
                    .forEach(entry -> named.add(String.valueOf(entry.get(1))));
        }
        return named.containsAll(names) && certificate.getNotAfter().after(Date.from(clock.instant()));
    }

    private void make(Path file, Set<String> names) throws IOException {
        Files.createDirectories(folder);
        Path fresh = folder.resolve("vioapi.p12.new");
        Files.deleteIfExists(fresh);
        String alternatives = "san="
                + String.join(
                        ",",
                        names.stream()
                                .map(name -> (name.matches("[0-9.]+|.*:.*") ? "ip:" : "dns:") + name)
                                .toList());
        run(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-sigalg",
                "SHA256withECDSA",
                "-validity",
                VALID_DAYS,
                "-dname",
                "CN=" + node.replaceAll("[^A-Za-z0-9._-]", "_"),
                "-ext",
                alternatives,
                "-storetype",
                "PKCS12",
                "-keystore",
                fresh.toString(),
                "-storepass",
                PASSWORD));
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void run(List<String> command) throws IOException {
        Process tool = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (InputStream out = tool.getInputStream()) {
            tool.getOutputStream().close();
            String said = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!tool.waitFor(TOOL_SECONDS, TimeUnit.SECONDS) || tool.exitValue() != 0) {
                throw new IOException("keytool of this JDK did not make it: " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while keytool made it", e);
        } finally {
            tool.destroyForcibly();
        }
    }
}
