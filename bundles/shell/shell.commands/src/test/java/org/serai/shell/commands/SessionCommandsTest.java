package org.serai.shell.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.serai.scsi.Export;
import org.serai.scsi.Exports;
import org.serai.scsi.Sessions;
import org.serai.scsi.Sessions.Latency;
import org.serai.scsi.Sessions.Load;
import org.serai.scsi.Sessions.Meter;
import org.serai.scsi.Sessions.Session;
import org.serai.scsi.Sessions.Unit;
import org.serai.shell.Invocation;
import org.serai.shell.Plan;
import org.serai.shell.commands.SessionCommands.LoadView;

class SessionCommandsTest {
    private static final String TARGET = "iqn.2026-11.org.serai:disk1";
    private static final String HOST = "iqn.2026-11.org.example:host";

    private final List<Integer> kicked = new ArrayList<>();
    private final List<Integer> pauses = new ArrayList<>();
    private final SessionCommands commands = new SessionCommands(services(), pauses::add);

    private NodeServices services() {
        Session one = new Session(
                7,
                HOST,
                "400000000001",
                Optional.of(TARGET),
                Instant.EPOCH,
                Map.of("ImmediateData", "Yes"),
                List.of(new Sessions.Connection(1, "/127.0.0.1:40000", Map.of("HeaderDigest", "None"))),
                List.of(unit(0), unit(1)));
        Session discovery =
                new Session(8, HOST, "400000000002", Optional.empty(), Instant.EPOCH, Map.of(), List.of(), List.of());
        Meter meter = () -> List.of(
                new Load(7, HOST, TARGET, 0, 10.4, 4096, 0, new Latency(1, 2, 3, 4)),
                new Load(7, HOST + "\u001b[31m", TARGET, 1, 99.6, 0, 3 << 20, new Latency(5, 6, 7, 8)));
        NodeServices services = new NodeServices(1);
        services.set(
                Sessions.class,
                Fakes.service(
                        Sessions.class,
                        Map.of(
                                "sessions", args -> List.of(one, discovery),
                                "meter", args -> meter,
                                "kick", args -> kicked.add((Integer) args[0]) && args[0].equals(7))));
        Export export = Fakes.service(
                Export.class,
                Map.of(
                        "target", args -> TARGET,
                        "portal", args -> "127.0.0.1:3260",
                        "urls", args -> List.of("iscsi://u%s@127.0.0.1:3260/" + TARGET + "/0?target_password=x")));
        services.set(Exports.class, Fakes.service(Exports.class, Map.of("exports", args -> List.of(export))));
        return services;
    }

    private static Unit unit(int lun) {
        return new Unit(lun, 10, 1, 4096, 512, new Latency(1, 2, 3, 4));
    }

    @Test
    void sessionsAreListedWithWhatTheyDidInAll() {
        assertThat(commands.sessions(Fakes.invocation(), Optional.empty()))
                .hasSize(2)
                .first()
                .satisfies(session -> {
                    assertThat(session.commands()).isEqualTo(20);
                    assertThat(session.failed()).isEqualTo(2);
                    assertThat(session.readBytes()).isEqualTo(8192);
                    assertThat(session.peers()).containsExactly("/127.0.0.1:40000");
                });
        assertThat(commands.sessions(Fakes.invocation(), Optional.of(TARGET))).hasSize(1);
    }

    @Test
    void aTargetIsShownWithoutSecrets() {
        SessionCommands.TargetInfo info = commands.info(Fakes.invocation(), TARGET);
        assertThat(info.sessions()).hasSize(1);
        assertThat(info.urls()).containsExactly("iscsi://127.0.0.1:3260/" + TARGET + "/0");
        assertThatThrownBy(() -> commands.info(Fakes.invocation(), "iqn.2026-11.org.serai:none"))
                .hasMessageContaining("SERAI-SCSI-0003");
    }

    @Test
    void aSessionIsKickedUnlessItIsOnlyPlanned() {
        assertThat(commands.kick(Fakes.invocation(), Fakes.dryRun("--dry-run"), 7))
                .isInstanceOfSatisfying(
                        Plan.class, plan -> assertThat(plan.good()).isTrue());
        assertThat(commands.kick(Fakes.invocation(), Fakes.dryRun("--dry-run"), 9))
                .isInstanceOfSatisfying(
                        Plan.class, plan -> assertThat(plan.good()).isFalse());
        assertThat(kicked).isEmpty();
        assertThat(commands.kick(Fakes.invocation(), Fakes.dryRun(), 7)).isEqualTo(new Removed("session 7"));
        assertThatThrownBy(() -> commands.kick(Fakes.invocation(), Fakes.dryRun(), 9))
                .hasMessageContaining("There is no session 9");
    }

    @Test
    void loadsAreListedAsOftenAsWanted() {
        assertThat(commands.top(Fakes.invocation("--json"), 5, Optional.of(2)))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.list(LoadView.class))
                .hasSize(4)
                .first()
                .satisfies(load -> assertThat(load.iops()).isEqualTo(10));
        assertThat(pauses).containsExactly(5, 5);
    }

    @Test
    void aTerminalShowsTheBusiestFirst() {
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8);
        assertThat(commands.top(new Invocation(out, out, 160, Path.of(""), Optional.empty()), 1, Optional.of(1)))
                .isNull();
        List<String> lines = shown.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(1)).contains("100").contains("3.0").doesNotContain("\u001b");
        assertThat(lines.get(2)).contains("10");
    }

    @Test
    void aLiveViewEndsWhenItIsInterrupted() {
        SessionCommands interrupted = new SessionCommands(services(), seconds -> {
            throw new InterruptedException();
        });
        assertThatThrownBy(() -> interrupted.top(Fakes.invocation(), 1, Optional.empty()))
                .isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}
