package org.serai.vioapi;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request: one call, on one object or, of {@code list}, on several kinds.
 *
 * @param call what is asked, for example {@code list}, {@code create}, {@code start}
 * @param objects of what
 * @param options the attributes of the document: {@code id}, {@code node}, {@code revision}, {@code wait}
 */
public record VioRequest(String call, List<VioObject> objects, Map<String, String> options) {
    /** The document's element. */
    public static final String ELEMENT = "vioRequest";

    /** Keeps copies. */
    public VioRequest {
        objects = List.copyOf(objects);
        options = Map.copyOf(options);
    }

    /** A request without options. */
    public static VioRequest of(String call, VioObject... objects) {
        return new VioRequest(call, List.of(objects), Map.of());
    }

    /** The same with an option. */
    public VioRequest option(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(options);
        more.put(name, value);
        return new VioRequest(call, objects, more);
    }

    /** An option. */
    public Optional<String> option(String name) {
        return Optional.ofNullable(options.get(name));
    }

    /** The document. */
    public VioObject document() {
        VioObject document = VioObject.of(ELEMENT);
        for (String name : options.keySet().stream().sorted().toList()) {
            document = document.with(name, options.get(name));
        }
        return document.with(List.of(new VioObject(call, Map.of(), objects)));
    }
}
