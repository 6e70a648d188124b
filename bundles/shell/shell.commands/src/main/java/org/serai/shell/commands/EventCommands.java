package org.serai.shell.commands;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.cluster.Event;
import org.serai.cluster.EventFilter;
import org.serai.cluster.Events;
import org.serai.cluster.Fence;
import org.serai.shell.CommandGroup;
import org.serai.shell.Detail;
import org.serai.shell.DryRun;
import org.serai.shell.Invocation;
import org.serai.shell.Plan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands for what happens in the cluster. */
@Component(service = CommandGroup.class)
@Command(name = "event", description = "What happens in the cluster, kept in its database.")
public final class EventCommands implements CommandGroup {
    private final NodeServices services;

    /** The commands over these services. */
    @Activate
    public EventCommands(@Reference NodeServices services) {
        this.services = services;
    }

    /** An event in a list. */
    record EventView(
            long number,
            String at,
            Event.Kind kind,
            String event,
            String name,
            String node,
            String text,
            @Detail Event.Subject subject,
            @Detail Event.Action action,
            @Detail String object) {}

    record RegistrationView(String name, String filter, long acknowledged, long behind) {}

    private EventView view(Event event) {
        return new EventView(
                event.number(),
                event.at(),
                event.kind(),
                words(event),
                event.name(),
                events().nodeName(event.node()).orElse(event.node().toString()),
                event.text(),
                event.subject(),
                event.action(),
                event.object());
    }

    private static String words(Event event) {
        return (event.subject() + " " + event.action()).toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private Events events() {
        return services.get(Events.class);
    }

    @Command(
            name = "list",
            description = "List the newest events, or those after a number, oldest first.",
            footer = {
                "event:list",
                "event:list --subject node --limit 10",
                "event:list --after 1200 --kind alert --json"
            })
    List<EventView> list(
            @Mixin Invocation invocation,
            @Mixin EventOptions options,
            @Option(names = "--after", paramLabel = "NUMBER", description = "Those after the event of this number.")
                    Optional<Long> after,
            @Option(
                            names = "--limit",
                            paramLabel = "COUNT",
                            defaultValue = "50",
                            description = "At most so many; ${DEFAULT-VALUE} without it.")
                    int limit) {
        Counts.requireAtLeastOne("--limit", limit);
        EventFilter filter = options.filter(services);
        List<Event> found = after.map(
                        number -> events().after(number, filter, limit).events())
                .orElseGet(() -> events().newest(filter, limit));
        return found.stream().map(this::view).toList();
    }

    @Command(
            name = "tail",
            description = {
                "Print events as they come, until it is interrupted. A line that begins with an exclamation mark says that",
                "events were missed; with --json the member after is the number up to which everything was told."
            },
            footer = {"event:tail", "event:tail --kind alert --json", "event:tail --registration console --count 10"})
    void tail(
            @Mixin Invocation invocation,
            @Mixin EventOptions options,
            @Option(names = "--after", paramLabel = "NUMBER", description = "Begin after the event of this number.")
                    Optional<Long> after,
            @Option(
                            names = "--registration",
                            paramLabel = "NAME",
                            description =
                                    "Print what this registered caller has not got yet, and acknowledge it. Its own"
                                            + " filter holds.")
                    Optional<String> registration,
            @Option(names = "--count", paramLabel = "COUNT", description = "End after so many events.")
                    Optional<Long> count) {
        count.ifPresent(wanted -> Counts.requireAtLeastOne("--count", wanted));
        invocation.lines();
        AtomicLong left = new AtomicLong(count.orElse(Long.MAX_VALUE));
        AtomicLong printed = new AtomicLong();
        CompletableFuture<Void> done = new CompletableFuture<>();
        Events.Listener printing = (told, missed, event) -> {
            if (left.getAndDecrement() <= 0) {
                throw new IllegalStateException("enough events were printed");
            }
            EventLines.print(invocation, told, missed, view(event));
            printed.set(event.number());
            if (left.get() <= 0) {
                done.complete(null);
            }
        };
        try (Fence.Registration _ = registration.isPresent()
                ? events().deliver(registration.get(), printing)
                : events().listen(after.orElseGet(events()::last), options.filter(services), printing)) {
            done.get();
            // Who asks again at once, at any node, begins after what was printed here.
            registration.ifPresent(name -> events().acknowledge(name, printed.get()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    @Command(
            name = "register",
            description = "Register a caller, whose events are counted from now on, in the database.",
            footer = {"event:register console --kind alert", "event:register console --subject node lu --dry-run"})
    Object register(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "NAME", description = "The caller's name.") String name,
            @Mixin EventOptions options) {
        EventFilter filter = options.filter(services);
        if (dryRun.asked()) {
            return Plan.draft()
                    .would("register caller " + name)
                    .require(
                            events().registrations().stream()
                                    .noneMatch(there -> there.name().equals(name)),
                            "there is a registration " + name + " already")
                    .plan();
        }
        return view(events().register(name, filter));
    }

    @Command(
            name = "unregister",
            description = "End a caller's registration.",
            footer = {"event:unregister console", "event:unregister console --dry-run"})
    Object unregister(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "REGISTRATION", description = "The caller's name.") String name) {
        if (dryRun.asked()) {
            return Plan.draft()
                    .would("end the registration of " + name)
                    .check(() -> events().registration(name))
                    .plan();
        }
        events().unregister(name);
        return new Removed(name);
    }

    @Command(
            name = "registrations",
            description = "List the registered callers, and how far each is behind.",
            footer = {"event:registrations", "event:registrations --json"})
    List<RegistrationView> registrations(@Mixin Invocation invocation) {
        return events().registrations().stream().map(this::view).toList();
    }

    private RegistrationView view(Events.Registered registered) {
        EventFilter filter = registered.filter();
        StringBuilder words = new StringBuilder();
        filter.kinds().forEach(kind -> words.append(kind).append(' '));
        filter.subjects().stream()
                .sorted()
                .forEach(subject -> words.append(subject).append(' '));
        filter.actions().stream()
                .sorted()
                .forEach(action -> words.append(action).append(' '));
        filter.object()
                .ifPresent(object -> words.append("object ").append(object).append(' '));
        filter.node().ifPresent(node -> words.append("node ").append(node));
        String text = words.toString().strip();
        return new RegistrationView(
                registered.name(),
                text.isEmpty() ? "all" : text.toLowerCase(Locale.ROOT),
                registered.acknowledged(),
                Math.max(0, events().last() - registered.acknowledged()));
    }

    @Override
    public List<String> candidates(String label) {
        return switch (label) {
            case "REGISTRATION" ->
                NodeServices.names(() -> events().registrations().stream()
                        .map(Events.Registered::name)
                        .toList());
            case "KIND" -> EventOptions.names(Event.Kind.class);
            case "SUBJECT" -> EventOptions.names(Event.Subject.class);
            case "ACTION" -> EventOptions.names(Event.Action.class);
            default -> List.of();
        };
    }
}
