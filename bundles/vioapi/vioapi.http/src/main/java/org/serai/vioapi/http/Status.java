package org.serai.vioapi.http;

import java.util.Map;
import org.serai.vioapi.VioAnswer;
import org.serai.vioapi.VioAnswer.VioException;
import org.serai.vioapi.VioApiError;

/** The status code of an answer (RFC 9110, 15): by the error where it is one of the API's own, else by who can mend it. */
final class Status {
    static final int BAD_REQUEST = 400;
    static final int UNAUTHENTICATED = 401;

    private static final Map<String, Integer> BY_CODE = Map.of(
            VioApiError.BAD_REQUEST.code(), BAD_REQUEST,
            VioApiError.TOO_LARGE.code(), 413,
            VioApiError.UNAUTHENTICATED.code(), UNAUTHENTICATED,
            VioApiError.FORBIDDEN.code(), 403,
            VioApiError.NOT_FOUND.code(), 404,
            VioApiError.NO_SUCH_PATH.code(), 404,
            VioApiError.BUSY.code(), 429);
    private static final Map<String, Integer> BY_CATEGORY =
            Map.of("user", 422, "retry", 503, "operator", 409, "fatal", 500);

    private Status() {}

    static int of(VioAnswer answer) {
        if (!(answer instanceof VioException refused)) {
            return 200;
        }
        Integer own = BY_CODE.get(refused.code());
        return own != null ? own : BY_CATEGORY.getOrDefault(refused.category(), 500);
    }
}
