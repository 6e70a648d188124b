package org.serai.scsi.target.luexport;

import java.util.Base64;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.serai.scsi.ExportSpec.Chap;

/** Makes CHAP credentials that stand in a URL as they are. */
final class Credentials {
    /** 96 bits, what RFC 7143, 12.1.3 asks for; 16 characters, what every initiator takes. */
    private static final int SECRET_BYTES = 12;

    private static final int USER_BYTES = 4;

    private Credentials() {}

    static Chap make(RandomGenerator secureRandom) {
        byte[] user = new byte[USER_BYTES];
        byte[] secret = new byte[SECRET_BYTES];
        secureRandom.nextBytes(user);
        secureRandom.nextBytes(secret);
        return new Chap(
                "serai-" + HexFormat.of().formatHex(user),
                Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
    }
}
