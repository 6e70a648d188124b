package org.serai.scsi.target.export;

import java.util.regex.Pattern;
import org.serai.scsi.ScsiError;

/** iSCSI names (RFC 7143, 4.2.7). */
public final class Iqn {
    private static final int MAX_BYTES = 223;
    private static final Pattern NAME = Pattern.compile(
            "iqn\\.\\d{4}-\\d{2}\\.[a-z0-9.-]+(:[a-z0-9.:-]+)?|eui\\.[0-9A-Fa-f]{16}|naa\\.([0-9A-Fa-f]{16}){1,2}");

    private Iqn() {}

    /** Whether it is an iSCSI name in its normal form. */
    public static boolean isName(String text) {
        return text.length() <= MAX_BYTES && NAME.matcher(text).matches();
    }

    /** {@link ScsiError#BAD_INITIATOR} unless it is an iSCSI name in its normal form. */
    public static String requireInitiator(String text) {
        if (!isName(text)) {
            throw ScsiError.BAD_INITIATOR.error(
                    "'" + text + "' is no initiator name",
                    "an iSCSI name is like iqn.2026-11.org.example:host, in lower case, of at most " + MAX_BYTES
                            + " characters from a-z 0-9 . : -",
                    "give the name that the initiator logs in with");
        }
        return text;
    }
}
