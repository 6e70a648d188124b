package org.serai.transport.jgroups;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;

/**
 * The shortest certificate that TLS takes, signed by the key that it certifies: RFC 5280, section 4.1, version 1, in the
 * encoding of X.690 (DER). The JDK can read certificates and has no public way to make one.
 */
final class Certificate {
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OBJECT = 0x06;
    private static final int UTF8 = 0x0c;
    private static final int UTC_TIME = 0x17;
    private static final int GENERALIZED_TIME = 0x18;

    private static final byte[] ED25519 = {0x2b, 0x65, 0x70};
    private static final byte[] COMMON_NAME = {0x55, 0x04, 0x03};

    private Certificate() {}

    /** A certificate of an Ed25519 key (RFC 8410) that names nobody and never ends. */
    static X509Certificate selfSigned(KeyPair keys) throws GeneralSecurityException {
        byte[] algorithm = der(SEQUENCE, der(OBJECT, ED25519));
        byte[] name = der(SEQUENCE, der(SET, der(SEQUENCE, der(OBJECT, COMMON_NAME), der(UTF8, ascii("serai")))));
        byte[] validity =
                der(SEQUENCE, der(UTC_TIME, ascii("000101000000Z")), der(GENERALIZED_TIME, ascii("99991231235959Z")));
        byte[] toBeSigned = der(
                SEQUENCE,
                der(INTEGER, new byte[] {1}),
                algorithm,
                name,
                validity,
                name,
                keys.getPublic().getEncoded());
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(keys.getPrivate());
        signature.update(toBeSigned);
        byte[] signed = der(SEQUENCE, toBeSigned, algorithm, der(BIT_STRING, new byte[1], signature.sign()));
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(signed));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Tag, length, contents; all lengths here are below 65536. */
    private static byte[] der(int tag, byte[]... contents) {
        ByteArrayOutputStream inner = new ByteArrayOutputStream();
        for (byte[] part : contents) {
            inner.writeBytes(part);
        }
        ByteArrayOutputStream outer = new ByteArrayOutputStream();
        outer.write(tag);
        int length = inner.size();
        if (length > 0xff) {
            outer.write(0x82);
            outer.write(length >> 8);
        } else if (length > 0x7f) {
            outer.write(0x81);
        }
        outer.write(length);
        outer.writeBytes(inner.toByteArray());
        return outer.toByteArray();
    }
}
