package org.serai.vioapi.core.document;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.serai.ffdc.SeraiException;
import org.serai.vioapi.Form;
import org.serai.vioapi.VioAnswer;
import org.serai.vioapi.VioAnswer.VioException;
import org.serai.vioapi.VioAnswer.VioResponse;
import org.serai.vioapi.VioApiError;
import org.serai.vioapi.VioObject;
import org.serai.vioapi.VioRequest;

/** Requests and answers to and from bytes. */
public final class Documents {
    private final VioSchema schema = new VioSchema();

    /** The schema's text. */
    public byte[] schema() {
        return schema.text();
    }

    /** Reads a request, which is not held against the schema yet. */
    public VioRequest request(Form form, byte[] document) {
        VioObject read = read(form, document);
        if (!read.type().equals(VioRequest.ELEMENT)) {
            throw Limits.bad("it is a " + read.type() + " and no " + VioRequest.ELEMENT);
        }
        if (read.parts().size() != 1) {
            throw Limits.bad("it has " + read.parts().size() + " calls, and a request is one call");
        }
        VioObject call = read.parts().getFirst();
        if (!call.values().isEmpty()) {
            throw Limits.bad("the call " + call.type() + " has attributes, which belong to its objects");
        }
        Map<String, String> options = new LinkedHashMap<>();
        read.values().forEach((name, value) -> options.put(name, String.valueOf(value)));
        return new VioRequest(call.type(), call.parts(), options);
    }

    /** Holds a request against the schema; {@link VioApiError#BAD_REQUEST} telling each fault. */
    public void require(VioRequest request) {
        List<String> faults = schema.faults(XmlWriter.write(request.document()));
        if (!faults.isEmpty()) {
            throw Limits.bad(String.join("; ", faults));
        }
    }

    /** An answer that is as the schema says; one that is not is a defect, and told as such. */
    public VioAnswer checked(VioAnswer answer) {
        List<String> faults = schema.faults(XmlWriter.write(answer.document()));
        if (faults.isEmpty()) {
            return answer;
        }
        throw VioApiError.INTERNAL.error(
                "The answer cannot be given",
                "it is not what the schema says: " + String.join("; ", faults),
                "report this with the node's log");
    }

    /** An answer's bytes. */
    public byte[] write(Form form, VioAnswer answer) {
        return write(form, answer.document());
    }

    /** A document's bytes. */
    public byte[] write(Form form, VioObject document) {
        return form == Form.XML ? XmlWriter.write(document) : Json.write(document);
    }

    /** An object as one line of JSON. */
    public String line(VioObject object) {
        return Json.line(object);
    }

    /** A document as it is, of either form. */
    public VioObject read(Form form, byte[] document) {
        return form == Form.XML ? XmlReader.read(document) : Json.read(document);
    }

    /** Reads an answer of another node, or one that was kept, in JSON, which keeps numbers numbers. */
    public VioAnswer answer(byte[] json) {
        VioObject read = Json.readAnswer(json);
        Optional<String> id = read.text("id");
        return read.type().equals("vioResponse")
                ? new VioResponse(
                        read.text("status").filter("running"::equals).isPresent(),
                        read.text("revision").map(Long::parseLong).orElse(0L),
                        read.text("answeredBy").orElse(""),
                        id,
                        read.parts())
                : new VioException(
                        read.text("code").orElse(""),
                        read.text("category").orElse(""),
                        read.text("message").orElse(""),
                        read.text("cause").orElse(""),
                        read.text("action").orElse(""),
                        id);
    }

    /** An error as an answer. */
    public static VioException exception(SeraiException error, Optional<String> id) {
        return new VioException(
                error.code().code(),
                VioObject.word(error.code().category()),
                error.what(),
                error.reason(),
                error.action(),
                id);
    }
}
