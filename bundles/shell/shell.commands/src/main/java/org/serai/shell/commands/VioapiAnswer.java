package org.serai.shell.commands;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.serai.shell.Verdict;
import org.serai.vioapi.VioAnswer.VioException;
import org.serai.vioapi.VioApi.Exchange;

/** An answer of the API as it is: its document as text, or as one line of JSON. A vioException is no good end. */
record VioapiAnswer(Exchange exchange) implements Verdict, CharSequence {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Override
    public boolean good() {
        return !(exchange.answer() instanceof VioException);
    }

    @JsonValue
    JsonNode json() {
        try {
            return JSON.readTree(exchange.document());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return new String(exchange.document(), StandardCharsets.UTF_8);
    }

    @Override
    public int length() {
        return toString().length();
    }

    @Override
    public char charAt(int index) {
        return toString().charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return toString().subSequence(start, end);
    }
}
