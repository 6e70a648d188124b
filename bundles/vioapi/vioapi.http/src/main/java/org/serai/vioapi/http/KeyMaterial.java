package org.serai.vioapi.http;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import org.serai.vioapi.VioApiError;

/**
 * The key and certificate that HTTPS shows.
 *
 * @param madeHere whether the node made them itself
 */
record KeyMaterial(KeyStore store, String password, X509Certificate certificate, boolean madeHere) {
    private static final int PEM_COLUMNS = 64;

    /** SHA-256 of the certificate. */
    String fingerprint() {
        try {
            return HexFormat.ofDelimiter(":")
                    .withUpperCase()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw unreadable(e);
        }
    }

    /** The certificate in PEM (RFC 7468, 5). */
    String pem() {
        try {
            String text =
                    Base64.getMimeEncoder(PEM_COLUMNS, new byte[] {'\n'}).encodeToString(certificate.getEncoded());
            return "-----BEGIN CERTIFICATE-----\n" + text + "\n-----END CERTIFICATE-----\n";
        } catch (GeneralSecurityException e) {
            throw unreadable(e);
        }
    }

    private static RuntimeException unreadable(GeneralSecurityException e) {
        return VioApiError.NOT_LISTENING.error(
                "The certificate of the VIOS API cannot be read",
                String.valueOf(e.getMessage()),
                "give another one in vioapi.keystore",
                e);
    }
}
