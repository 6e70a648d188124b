package org.serai.vioapi.core.call;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.serai.vioapi.VioApiError;

/** All that can be asked. */
public final class Calls {
    private final Map<String, Call> calls = new LinkedHashMap<>();

    /** Of these. */
    public Calls(List<Call> all) {
        for (Call call : all) {
            if (calls.put(call.call() + " " + call.type(), call) != null) {
                throw new IllegalArgumentException("there are two calls " + call.call() + " " + call.type());
            }
        }
    }

    /** One of them; the schema has no other. */
    Call find(String call, String type) {
        Call found = calls.get(call + " " + type);
        if (found == null) {
            throw VioApiError.BAD_REQUEST.error(
                    "There is no call " + call + " of " + type,
                    "this node does not know it",
                    "run the same version on all nodes");
        }
        return found;
    }

    /** All of them. */
    public Collection<Call> all() {
        return List.copyOf(calls.values());
    }
}
