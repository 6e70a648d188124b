package org.serai.scsi.target.luexport;

import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.serai.scsi.ExportSpec.Chap;
import org.serai.scsi.ExportSpec.Mutual;

/** Makes CHAP credentials that stand in a URL as they are. */
final class Credentials {
    /** 96 bits, what RFC 7143, 12.1.3 asks for; 16 characters, what every initiator takes. */
    private static final int SECRET_BYTES = 12;

    private static final int USER_BYTES = 4;

    private Credentials() {}

    /** Those of an initiator, and the target's own if it has to prove itself as well. */
    static Chap make(RandomGenerator secureRandom, boolean mutual) {
        Optional<Mutual> own = mutual
                ? Optional.of(new Mutual(user("serai-target-", secureRandom), secret(secureRandom)))
                : Optional.empty();
        return new Chap(user("serai-", secureRandom), secret(secureRandom), own);
    }

    private static String user(String prefix, RandomGenerator secureRandom) {
        byte[] user = new byte[USER_BYTES];
        secureRandom.nextBytes(user);
        return prefix + HexFormat.of().formatHex(user);
    }

    private static String secret(RandomGenerator secureRandom) {
        byte[] secret = new byte[SECRET_BYTES];
        secureRandom.nextBytes(secret);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }
}
