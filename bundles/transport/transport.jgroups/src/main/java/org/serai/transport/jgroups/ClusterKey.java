package org.serai.transport.jgroups;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.NamedParameterSpec;
import java.util.UUID;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * What the members' secret becomes: one Ed25519 key which all members of one cluster derive alike (HKDF, RFC 5869), and
 * TLS in which both ends prove that they hold it. Whoever lacks the secret cannot finish a handshake, so it neither
 * reads nor says anything.
 */
final class ClusterKey {
    private static final byte[] PURPOSE = "serai transport Ed25519".getBytes(StandardCharsets.US_ASCII);
    private static final int SEED_BYTES = 32;

    private ClusterKey() {}

    static SSLContext context(UUID cluster, byte[] secret) throws GeneralSecurityException, IOException {
        KeyPair keys = derive(cluster, secret);
        char[] noPassword = new char[0];
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, noPassword);
        store.setKeyEntry(
                "member", keys.getPrivate(), noPassword, new X509Certificate[] {Certificate.selfSigned(keys)});
        KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(store, noPassword);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(
                managers.getKeyManagers(), new TrustManager[] {new OnlyThisKey(keys.getPublic())}, new SecureRandom());
        return context;
    }

    private static KeyPair derive(UUID cluster, byte[] secret) throws GeneralSecurityException {
        byte[] salt = ByteBuffer.allocate(16)
                .putLong(cluster.getMostSignificantBits())
                .putLong(cluster.getLeastSignificantBits())
                .array();
        byte[] seed = KDF.getInstance("HKDF-SHA256")
                .deriveData(HKDFParameterSpec.ofExtract()
                        .addIKM(secret)
                        .addSalt(salt)
                        .thenExpand(PURPOSE, SEED_BYTES));
        KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
        // An Ed25519 private key is any 32 bytes (RFC 8032, section 5.1.5), and this is the JDK's way to give them.
        generator.initialize(NamedParameterSpec.ED25519, new Fixed(seed));
        return generator.generateKeyPair();
    }

    /** Gives the derived bytes where a random number is asked for. */
    private static final class Fixed extends SecureRandom {
        private static final long serialVersionUID = 1;

        private final byte[] seed;

        Fixed(byte[] seed) {
            this.seed = seed;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            if (bytes.length != seed.length) {
                throw new IllegalStateException("an Ed25519 key wants " + bytes.length + " bytes");
            }
            System.arraycopy(seed, 0, bytes, 0, bytes.length);
        }
    }

    /** Trusts the one key that the secret gives; TLS itself makes the other end prove that it holds the private half. */
    private static final class OnlyThisKey extends X509ExtendedTrustManager {
        private final PublicKey key;

        OnlyThisKey(PublicKey key) {
            this.key = key;
        }

        private void check(X509Certificate... chain) throws CertificateException {
            if (chain.length != 1 || !key.equals(chain[0].getPublicKey())) {
                throw new CertificateException("the other end does not hold the cluster's secret");
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
