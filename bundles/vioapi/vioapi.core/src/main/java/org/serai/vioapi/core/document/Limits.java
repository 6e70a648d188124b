package org.serai.vioapi.core.document;

import org.serai.ffdc.SeraiException;
import org.serai.vioapi.VioApi;
import org.serai.vioapi.VioApiError;

/** What no request exceeds, in XML and in JSON. */
final class Limits {
    static final int DEPTH = 8;
    static final int OBJECTS = 10_000;
    static final int VALUE_CHARACTERS = 64 << 10;

    private final int objectsMax;
    private int objects;

    Limits(int objectsMax) {
        this.objectsMax = objectsMax;
    }

    static void requireSize(byte[] document) {
        if (document.length > VioApi.REQUEST_BYTES_MAX) {
            throw tooLarge("it has more than " + VioApi.REQUEST_BYTES_MAX + " bytes");
        }
    }

    /** Counts one more object at that depth, the document itself at 1. */
    void count(int depth) {
        if (depth > DEPTH) {
            throw tooLarge("it is nested more than " + DEPTH + " deep");
        }
        objects++;
        if (objects > objectsMax) {
            throw tooLarge("it has more than " + objectsMax + " elements");
        }
    }

    static void requireValue(String value) {
        if (value.length() > VALUE_CHARACTERS) {
            throw tooLarge("one of its values has more than " + VALUE_CHARACTERS + " characters");
        }
    }

    static SeraiException tooLarge(String cause) {
        return VioApiError.TOO_LARGE.error("The document is not read", cause, "ask for less in one request");
    }

    static SeraiException bad(String cause) {
        return VioApiError.BAD_REQUEST.error(
                "The document is not understood",
                cause,
                "write it as the schema says: vioapi:schema, or docs/vioapi.md");
    }
}
