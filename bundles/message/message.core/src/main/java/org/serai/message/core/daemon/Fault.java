package org.serai.message.core.daemon;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.serai.ffdc.Category;
import org.serai.ffdc.ErrorCode;
import org.serai.ffdc.SeraiException;
import org.serai.message.MessageError;
import org.serai.message.core.packet.Drop;
import org.serai.message.core.packet.Malformed;

/**
 * An error on its way to another node: code, category and the three sentences, each with a length of two bytes in
 * modified UTF-8 as {@link DataOutputStream#writeUTF} does it.
 */
final class Fault {
    private static final int MAX_CHARACTERS = 16_000;

    private Fault() {}

    /** A code of another domain, which this bundle does not know as a constant. */
    record Code(String code, Category category) implements ErrorCode {}

    static byte[] encode(SeraiException error) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeUTF(error.code().code());
            out.writeUTF(error.code().category().name());
            for (String sentence : new String[] {error.what(), error.reason(), error.action()}) {
                out.writeUTF(sentence.substring(0, Math.min(sentence.length(), MAX_CHARACTERS)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static SeraiException decode(byte[] payload) throws Malformed {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload))) {
            ErrorCode code = code(in.readUTF(), in.readUTF());
            return code.error(in.readUTF(), in.readUTF(), in.readUTF());
        } catch (IOException _) {
            throw new Malformed(Drop.BAD_ERROR);
        }
    }

    private static ErrorCode code(String code, String category) throws Malformed {
        for (MessageError own : MessageError.values()) {
            if (own.code().equals(code)) {
                return own;
            }
        }
        return Arrays.stream(Category.values())
                .filter(each -> each.name().equals(category))
                .findFirst()
                .map(each -> (ErrorCode) new Code(code, each))
                .orElseThrow(() -> new Malformed(Drop.BAD_ERROR));
    }
}
