package org.serai.vioapi.http;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.serai.ffdc.SeraiException;
import org.serai.vioapi.Caller;
import org.serai.vioapi.Form;
import org.serai.vioapi.VioAnswer;
import org.serai.vioapi.VioAnswer.VioException;
import org.serai.vioapi.VioAnswer.VioResponse;
import org.serai.vioapi.VioApi;
import org.serai.vioapi.VioObject;
import org.serai.vioapi.VioRequest;

/** An API that tells who asked what. */
final class Echo implements VioApi {
    final AtomicReference<Caller> caller = new AtomicReference<>();
    final AtomicInteger asked = new AtomicInteger();
    volatile CountDownLatch waits = new CountDownLatch(0);

    @Override
    public VioAnswer call(Caller who, VioRequest request) {
        throw new AssertionError("HTTP exchanges documents");
    }

    @Override
    public Exchange exchange(Caller who, Form form, byte[] document, Form answerForm) {
        caller.set(who);
        asked.incrementAndGet();
        try {
            waits.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        String text = form + " " + answerForm + " " + who.name() + " " + new String(document, StandardCharsets.UTF_8);
        return new Exchange(
                new VioResponse(false, 0, "node", Optional.empty(), List.of()), text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Exchange refusal(SeraiException error, Form form) {
        return new Exchange(
                new VioException(
                        error.code().code(),
                        error.code().category().name().toLowerCase(Locale.ROOT),
                        error.what(),
                        error.reason(),
                        error.action(),
                        Optional.empty()),
                (form + " " + error.getMessage()).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Exchange exchange(VioAnswer answer, Form form) {
        throw new AssertionError("nobody is told events");
    }

    @Override
    public String line(VioObject object) {
        throw new AssertionError("nobody is told events");
    }

    @Override
    public byte[] schema() {
        return "<schema/>".getBytes(StandardCharsets.UTF_8);
    }
}
