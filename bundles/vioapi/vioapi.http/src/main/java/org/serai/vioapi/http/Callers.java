package org.serai.vioapi.http;

import org.eclipse.jetty.server.Request;
import org.serai.vioapi.Caller;

/** Finds out who asks. */
interface Callers {
    /** Who sent this request; an error of {@link org.serai.vioapi.VioApiError} if that is not known. */
    Caller caller(Request request);
}
