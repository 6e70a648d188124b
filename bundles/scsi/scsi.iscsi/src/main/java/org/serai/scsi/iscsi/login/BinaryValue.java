package org.serai.scsi.iscsi.login;

import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/** Binary values (RFC 7143, 6.1): in hexadecimal, or in base64. */
final class BinaryValue {
    private static final int MAX_CHARACTERS = 2 + 2 * 1024;

    private BinaryValue() {}

    /** The bytes; empty if it is neither form. Of an odd number of hexadecimal digits the first stands alone. */
    static Optional<byte[]> decode(String value) {
        if (value.length() < 2 || value.length() > MAX_CHARACTERS) {
            return Optional.empty();
        }
        String digits = value.substring(2);
        try {
            return switch (value.substring(0, 2)) {
                case "0x", "0X" ->
                    Optional.of(HexFormat.of().parseHex(digits.length() % 2 == 0 ? digits : "0" + digits));
                case "0b", "0B" -> Optional.of(Base64.getDecoder().decode(digits));
                default -> Optional.empty();
            };
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
