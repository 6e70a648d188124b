package org.serai.vioapi.http;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.serai.ffdc.SeraiException;
import org.serai.vioapi.Caller;
import org.serai.vioapi.Form;
import org.serai.vioapi.VioAnswer;
import org.serai.vioapi.VioAnswer.VioException;
import org.serai.vioapi.VioAnswer.VioResponse;
import org.serai.vioapi.VioApi;
import org.serai.vioapi.VioObject;
import org.serai.vioapi.VioRequest;

/** An API that tells the events that a test gives it. */
final class Teller implements VioApi {
    private static final long WAIT_MS = 100;

    final List<VioRequest> asked = new CopyOnWriteArrayList<>();
    final BlockingQueue<Supplier<VioAnswer>> answers = new LinkedBlockingQueue<>();
    volatile Supplier<VioAnswer> otherwise;

    /** The events of these numbers, of a text of so many letters each. */
    static VioAnswer events(long after, long upTo, boolean missed, int letters, long... numbers) {
        return new VioResponse(
                false,
                0,
                "node",
                Optional.empty(),
                List.of(new VioObject(
                        "events",
                        Map.of("after", after, "upTo", upTo, "last", upTo, "missed", missed),
                        LongStream.of(numbers)
                                .mapToObj(number -> VioObject.of("event")
                                        .with("number", number)
                                        .with("text", "x".repeat(letters)))
                                .toList())));
    }

    static VioException refused(String code, String category) {
        return new VioException(code, category, "no", "because", "wait", Optional.empty());
    }

    @Override
    public VioAnswer call(Caller caller, VioRequest request) {
        asked.add(request);
        try {
            Supplier<VioAnswer> next = answers.poll(WAIT_MS, TimeUnit.MILLISECONDS);
            if (next != null) {
                return next.get();
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        Supplier<VioAnswer> always = otherwise;
        long after = Long.parseLong(request.objects().getFirst().text("after").orElse("0"));
        return always == null ? events(after, after, false, 0) : always.get();
    }

    @Override
    public Exchange exchange(Caller caller, Form form, byte[] document, Form answerForm) {
        throw new AssertionError("nothing is posted");
    }

    @Override
    public Exchange exchange(VioAnswer answer, Form form) {
        return new Exchange(answer, (form + " " + answer.document().type()).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Exchange refusal(SeraiException error, Form form) {
        return exchange(
                new VioException(
                        error.code().code(),
                        error.code().category().name().toLowerCase(Locale.ROOT),
                        error.what(),
                        error.reason(),
                        error.action(),
                        Optional.empty()),
                form);
    }

    @Override
    public String line(VioObject object) {
        return object.values().entrySet().stream()
                .map(value -> value.getKey() + "=" + value.getValue())
                .sorted()
                .collect(Collectors.joining(",", "{", "}"));
    }

    @Override
    public byte[] schema() {
        return new byte[0];
    }
}
