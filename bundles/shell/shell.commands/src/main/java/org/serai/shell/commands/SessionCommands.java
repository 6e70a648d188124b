package org.serai.shell.commands;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.serai.ffdc.SeraiException;
import org.serai.scsi.Export;
import org.serai.scsi.Exports;
import org.serai.scsi.ScsiError;
import org.serai.scsi.Sessions;
import org.serai.scsi.Sessions.Load;
import org.serai.scsi.Sessions.Meter;
import org.serai.scsi.Sessions.Session;
import org.serai.shell.CommandGroup;
import org.serai.shell.Detail;
import org.serai.shell.DryRun;
import org.serai.shell.Invocation;
import org.serai.shell.Plan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands that show who uses the targets of this node, and what they do. */
@Component(service = CommandGroup.class)
@Command(name = "target", description = "Targets: what this node serves to initiators.")
public final class SessionCommands implements CommandGroup {
    private final NodeServices services;
    private final Pause pause;

    /** Waits between two looks. */
    interface Pause {
        void seconds(int seconds) throws InterruptedException;
    }

    /** The commands over these services. */
    @Activate
    public SessionCommands(@Reference NodeServices services) {
        this(services, TimeUnit.SECONDS::sleep);
    }

    SessionCommands(NodeServices services, Pause pause) {
        this.services = services;
        this.pause = pause;
    }

    /**
     * A session.
     *
     * @param target empty for discovery
     * @param peers where its connections come from
     * @param since when it began, in UTC
     */
    record SessionView(
            int id,
            String initiator,
            Optional<String> target,
            List<String> peers,
            String since,
            long commands,
            long failed,
            long readBytes,
            long writtenBytes,
            @Detail String initiatorSession,
            @Detail Map<String, String> negotiated,
            @Detail List<Sessions.Connection> connections,
            @Detail List<Sessions.Unit> luns) {
        static SessionView of(Session session) {
            return new SessionView(
                    session.id(),
                    session.initiator(),
                    session.target(),
                    session.connections().stream()
                            .map(Sessions.Connection::peer)
                            .toList(),
                    session.since().toString(),
                    session.units().stream().mapToLong(Sessions.Unit::commands).sum(),
                    session.units().stream().mapToLong(Sessions.Unit::failed).sum(),
                    session.units().stream().mapToLong(Sessions.Unit::readBytes).sum(),
                    session.units().stream()
                            .mapToLong(Sessions.Unit::writtenBytes)
                            .sum(),
                    session.initiatorSession(),
                    session.negotiated(),
                    session.connections(),
                    session.units());
        }
    }

    /** A target of this node with its sessions. */
    record TargetInfo(String target, String portal, List<String> urls, List<SessionView> sessions) {}

    @Command(
            name = "sessions",
            description = "List the sessions that initiators have with this node, and what they did.",
            footer = {"target:sessions", "target:sessions --target iqn.2026-11.org.serai:disk1 --json"})
    List<SessionView> sessions(
            @Mixin Invocation invocation,
            @Option(names = "--target", paramLabel = "TARGET", description = "Only those to that target.")
                    Optional<String> target) {
        return sessions().stream()
                .filter(session -> target.isEmpty() || session.target().equals(target))
                .map(SessionView::of)
                .toList();
    }

    @Command(
            name = "info",
            description = "Show a target of this node: where it is reached, who uses it, what was negotiated.",
            footer = {"target:info iqn.2026-11.org.serai:disk1", "target:info iqn.2026-11.org.serai:disk1 --json"})
    TargetInfo info(
            @Mixin Invocation invocation,
            @Parameters(paramLabel = "TARGET", description = "Its name, an IQN.") String target) {
        Export export = services.get(Exports.class).exports().stream()
                .filter(each -> each.target().equals(target))
                .findFirst()
                .orElseThrow(() -> ScsiError.NO_SUCH_EXPORT.error(
                        "There is no target " + target + " here",
                        "this node exports nothing under that name",
                        "target:list shows the targets and their nodes"));
        return new TargetInfo(
                target,
                export.portal(),
                export.urls().stream().map(TargetCommands::withoutCredentials).toList(),
                sessions(invocation, Optional.of(target)));
    }

    @Command(
            name = "kick",
            description =
                    "End a session: its initiator is asked to log out, and after three seconds cut off. It may log in"
                            + " again; lu:unexport keeps it away.",
            footer = {"target:kick 7 --dry-run", "target:kick 7"})
    Object kick(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "SESSION", description = "Its number, of target:sessions.") int id) {
        if (dryRun.asked()) {
            Optional<Session> found =
                    sessions().stream().filter(session -> session.id() == id).findFirst();
            return Plan.draft()
                    .would("ask " + found.map(Session::initiator).orElse("nobody") + " to log out of "
                            + found.flatMap(Session::target).orElse("discovery") + ", and cut it off after 3 s")
                    .require(found.isPresent(), ScsiError.NO_SUCH_SESSION.code() + ": there is no session " + id)
                    .plan();
        }
        if (!services.get(Sessions.class).kick(id)) {
            throw noSuchSession(id);
        }
        return new Removed("session " + id);
    }

    private static SeraiException noSuchSession(int id) {
        return ScsiError.NO_SUCH_SESSION.error(
                "There is no session " + id,
                "it has ended, or belongs to another node",
                "target:sessions lists those of this node");
    }

    @Command(
            name = "top",
            description = "Show what each session does with each LUN, again and again: a live view in a terminal, which"
                    + " Ctrl-C ends.",
            footer = {"target:top", "target:top --interval 5", "target:top --count 3 --json"})
    Object top(
            @Mixin Invocation invocation,
            @Option(
                            names = "--interval",
                            paramLabel = "SECONDS",
                            defaultValue = "1",
                            description = "Time between two looks, 1 to 3600 s (default: ${DEFAULT-VALUE}).")
                    int intervalSeconds,
            @Option(
                            names = "--count",
                            paramLabel = "COUNT",
                            description = "How many looks; without end in a terminal, else one.")
                    Optional<Integer> count) {
        int seconds = Math.clamp(intervalSeconds, 1, 3600);
        boolean live = invocation.width() > 0 && !invocation.json();
        int looks = count.orElse(live ? Integer.MAX_VALUE : 1);
        Meter meter = services.get(Sessions.class).meter();
        List<LoadView> all = new ArrayList<>();
        for (int look = 1; look <= looks; look++) {
            pause(seconds);
            List<LoadView> now = LoadView.of(look, meter.next());
            if (live) {
                invocation.out().print(TopScreen.of(now, invocation.width()));
                invocation.out().flush();
            } else {
                all.addAll(now);
            }
        }
        return live ? null : all;
    }

    private void pause(int seconds) {
        try {
            pause.seconds(seconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted between two looks");
        }
    }

    /** @param look which of the looks it belongs to, from 1 */
    record LoadView(
            int look,
            int session,
            String initiator,
            String target,
            int lun,
            long iops,
            long readBytesPerSecond,
            long writtenBytesPerSecond,
            long p50Us,
            long p99Us,
            long maxUs) {
        static List<LoadView> of(int look, List<Load> loads) {
            return loads.stream()
                    .map(load -> new LoadView(
                            look,
                            load.session(),
                            load.initiator(),
                            load.target(),
                            load.lun(),
                            Math.round(load.commandsPerSecond()),
                            Math.round(load.readBytesPerSecond()),
                            Math.round(load.writtenBytesPerSecond()),
                            load.latency().p50Us(),
                            load.latency().p99Us(),
                            load.latency().maxUs()))
                    .toList();
        }
    }

    private List<Session> sessions() {
        return services.get(Sessions.class).sessions();
    }

    @Override
    public List<String> candidates(String label) {
        return label.equals("SESSION") || label.equals("TARGET") ? NodeServices.names(() -> names(label)) : List.of();
    }

    private List<String> names(String label) {
        if (label.equals("SESSION")) {
            return services.find(Sessions.class).stream()
                    .flatMap(found -> found.sessions().stream())
                    .map(session -> String.valueOf(session.id()))
                    .toList();
        }
        return services.find(Exports.class).stream()
                .flatMap(found -> found.exports().stream())
                .map(Export::target)
                .toList();
    }
}
