package org.serai.vioapi.core.object;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.serai.cluster.Event;
import org.serai.cluster.EventFilter;
import org.serai.cluster.Events;
import org.serai.cluster.Fence;
import org.serai.cluster.Membership;
import org.serai.vioapi.Role;
import org.serai.vioapi.VioObject;
import org.serai.vioapi.core.call.Asked;
import org.serai.vioapi.core.call.Call;
import org.serai.vioapi.core.call.Domains;

/** Events and those who are registered for them. */
public final class EventObjects {
    private static final long LIMIT = 100;

    private final Domains domains;

    /** Over these services. */
    public EventObjects(Domains domains) {
        this.domains = domains;
    }

    /** What can be asked. */
    public List<Call> calls() {
        return List.of(
                new Call("list", "event", Role.READ, this::events),
                Call.list("eventRegistration", _ -> registrations().toList()),
                Call.get("eventRegistration", asked -> List.of(registration(asked))),
                Call.operate("create", "eventRegistration", this::register),
                Call.operate("delete", "eventRegistration", this::unregister),
                Call.operate("acknowledge", "eventRegistration", this::acknowledge));
    }

    private Events service() {
        return domains.get(Events.class);
    }

    /** What is there; else what comes first while it is waited for. */
    private List<VioObject> events(Asked asked) {
        int limit = (int) asked.findNumber("limit").orElse(LIMIT);
        OptionalLong after = asked.findNumber("after");
        Optional<String> registered = asked.find("registration");
        if (after.isEmpty() && registered.isEmpty()) {
            return List.of(newest(filter(asked, Optional.empty()), limit));
        }
        EventFilter filter = filter(asked, registered);
        long from = after.orElseGet(
                () -> service().registration(registered.orElseThrow()).acknowledged());
        Duration wait = Duration.ofSeconds(asked.findNumber("wait").orElse(0));
        Events.Batch found = service().after(from, filter, limit);
        if (found.events().isEmpty() && !found.missed() && wait.isPositive()) {
            await(found.upTo(), filter, wait);
            found = service().after(from, filter, limit);
        }
        return List.of(batch(found));
    }

    private void await(long after, EventFilter filter, Duration wait) {
        CountDownLatch told = new CountDownLatch(1);
        try (Fence.Registration _ = service().listen(after, filter, (_, _, _) -> told.countDown())) {
            if (!told.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                return; // none came: the answer says up to where
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private VioObject newest(EventFilter filter, int limit) {
        long last = service().last();
        List<Event> newest = service().newest(filter, limit);
        long after = newest.isEmpty() ? last : newest.getFirst().number() - 1;
        long upTo = newest.isEmpty() ? last : Math.max(last, newest.getLast().number());
        return batch(new Events.Batch(after, upTo, false, newest));
    }

    private VioObject batch(Events.Batch batch) {
        return VioObject.of("events")
                .with("after", batch.after())
                .with("upTo", batch.upTo())
                .with("last", Math.max(service().last(), batch.upTo()))
                .with("missed", batch.missed())
                .with(batch.events().stream().map(this::event).toList());
    }

    private VioObject event(Event event) {
        return VioObject.of("event")
                .with("number", event.number())
                .with("kind", event.kind())
                .with("subject", event.subject())
                .with("action", event.action())
                .with("object", event.object())
                .with("name", event.name())
                .with("node", nodeName(event.node()))
                .with("text", event.text())
                .with("at", event.at());
    }

    private String nodeName(UUID id) {
        return service().nodeName(id).orElse(id.toString());
    }

    /** A registered caller has a filter of its own. */
    private EventFilter filter(Asked asked, Optional<String> registered) {
        if (registered.isPresent()) {
            return service().registration(registered.get()).filter();
        }
        return new EventFilter(
                set(asked.constant(Event.Kind.class, "kind")),
                set(asked.constant(Event.Subject.class, "subject")),
                set(asked.constant(Event.Action.class, "action")),
                asked.find("object"),
                node(asked));
    }

    private static <E> Set<E> set(Optional<E> only) {
        return only.map(Set::of).orElse(Set.of());
    }

    private Optional<String> node(Asked asked) {
        return asked.find("node")
                .map(name -> domains.get(Membership.class).node(name).id().toString());
    }

    private Stream<VioObject> registrations() {
        return service().registrations().stream().map(this::registration);
    }

    private VioObject registration(Asked asked) {
        return registration(service().registration(asked.text("name")));
    }

    private VioObject registration(Events.Registered registered) {
        EventFilter filter = registered.filter();
        return VioObject.of("eventRegistration")
                .with("name", registered.name())
                .with("acknowledged", registered.acknowledged())
                .with("behind", Math.max(0, service().last() - registered.acknowledged()))
                .with("object", filter.object())
                .with("node", filter.node().map(id -> nodeName(UUID.fromString(id))))
                .with(words("kind", filter.kinds()))
                .with(words("subject", filter.subjects()))
                .with(words("action", filter.actions()));
    }

    private static List<VioObject> words(String type, Set<? extends Enum<?>> constants) {
        return constants.stream()
                .map(VioObject::word)
                .sorted()
                .map(word -> VioObject.of(type).with("is", word))
                .toList();
    }

    private List<VioObject> register(Asked asked) {
        EventFilter filter = new EventFilter(
                asked.constants(Event.Kind.class, "kind"),
                asked.constants(Event.Subject.class, "subject"),
                asked.constants(Event.Action.class, "action"),
                asked.find("object"),
                node(asked));
        return List.of(registration(service().register(asked.text("name"), filter)));
    }

    private List<VioObject> unregister(Asked asked) {
        service().unregister(asked.text("name"));
        return List.of();
    }

    private List<VioObject> acknowledge(Asked asked) {
        service().acknowledge(asked.text("name"), asked.number("upTo"));
        return List.of(registration(asked));
    }
}
