package org.serai.launcher.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.serai.launcher.nodes.CommandFailed;
import org.serai.launcher.nodes.GuestLog;
import org.serai.launcher.nodes.NodeProcess;
import org.serai.launcher.nodes.Script;
import picocli.CommandLine;

/**
 * {@code serai demo}: two VIOSes on one machine share a pool and a database; a partition runs on the first, hibernates,
 * the first is killed, the partition goes on on the second.
 */
public final class Demo {
    private static final Duration BOOT = Duration.ofSeconds(120);

    private final Options options;
    private final Steps steps;
    private final Path folder;
    private final NodeProcess first;
    private final NodeProcess second;

    private Demo(Options options, Path folder) {
        this.options = options;
        this.folder = folder;
        this.steps = new Steps(System.err);
        Script script = Script.ofThisCheckout();
        this.first = new NodeProcess(script, folder.resolve("cec-a"));
        this.second = new NodeProcess(script, folder.resolve("cec-b"));
    }

    /** Runs the demo; exit code 0 if all was seen, 1 if not, 2 for wrong usage. */
    public static void main(String[] arguments) throws Exception {
        Options options = new Options();
        CommandLine parser = new CommandLine(options);
        try {
            parser.parseArgs(arguments);
        } catch (CommandLine.ParameterException e) {
            System.err.println(e.getMessage() + "; see serai demo --help");
            System.exit(2);
        }
        if (options.help) {
            parser.usage(System.out);
            return;
        }
        System.exit(run(options));
    }

    private static int run(Options options) throws IOException, InterruptedException {
        Path folder = options.dir == null
                ? Files.createTempDirectory(Path.of("/var/tmp"), "serai-demo.")
                : Files.createDirectory(options.dir.toAbsolutePath());
        Demo demo = new Demo(options, folder);
        Thread cleaner = new Thread(demo::cleanUp, "clean-up");
        Runtime.getRuntime().addShutdownHook(cleaner);
        try {
            Result result = demo.show();
            if (options.json) {
                System.out.println(json(result));
            } else {
                System.out.print("\n" + result.table());
            }
            if (options.keep) {
                Runtime.getRuntime().removeShutdownHook(cleaner);
                demo.sayHowToEnter();
            }
            return result.ok() ? 0 : 1;
        } catch (IllegalStateException | CommandFailed e) {
            System.err.println("The demo failed: " + e.getMessage());
            System.err.println("Logs: " + demo.keepLogs());
            return 1;
        }
    }

    private Result show() throws InterruptedException, IOException {
        steps.begin("two VIOSes, cec-a and cec-b, each a JVM with its own CEC identity");
        first.start("node.name=cec-a", "cec.serial=DEMO00A", "cec.type=9009", "cec.model=22A");
        second.start("node.name=cec-b", "cec.serial=DEMO00B", "cec.type=9009", "cec.model=22A");
        String token = first.json("cluster:create demo").path("token").asText();
        second.exec("cluster:join " + token);
        steps.done("pids " + first.status().path("pid") + " and "
                + second.status().path("pid") + ", one cluster, one database");

        steps.begin("a pool on a PV, a client, two thin LUs, a partition");
        first.exec("pool:create pool1 --pv " + folder.resolve("pv1") + ":4G");
        first.exec("client:create acme");
        first.exec("lu:create guest-disk --pool pool1 --client acme --size 1G");
        first.exec("lu:create guest-sleep --pool pool1 --client acme --size 512M --kind hibernation");
        Path guest = guestFiles();
        String lpar = first.json("lpar:create guest --client acme --memory 128M --cpus 1 --kernel "
                        + guest.resolve("vmlinux") + " --initrd " + guest.resolve("initrd.img") + " --lu guest-disk"
                        + (options.hypervisor == null ? "" : " --hypervisor " + options.hypervisor))
                .path("hypervisor")
                .asText();
        steps.done("thin: " + first.json("lu:info guest-disk").path("used_bytes") + " bytes in use");

        boolean simulated = lpar.equals("simulated");
        steps.begin(
                simulated
                        ? "the partition boots on cec-a, SIMULATED: its disk is in its memory, the LU is only exported"
                        : "the partition boots on cec-a (" + lpar + "), its disk served by cec-a's iSCSI target");
        first.exec("lpar:start guest", steps::progress);
        var running = first.json("lpar:info guest");
        GuestLog consoleA = new GuestLog(Path.of(running.path("console_log").asText()));
        consoleA.await(line -> line.record() >= 5, BOOT, "write five records");
        steps.done("it counts and writes a record a second");

        steps.begin("it hibernates into an LU");
        var hibernated = first.json("lpar:hibernate guest", steps::progress);
        GuestLog.Line before = consoleA.last().orElseThrow();
        // The machine may have stood still within a line, of which cec-b gets the rest.
        long counter = before.counter() + (consoleA.isCutOff() ? 1 : 0);
        long stateBytes =
                hibernated.path("lpar").path("image").path("state_bytes").asLong();
        long hibernateMs = hibernated.path("times_ms").path("hibernate_ms").asLong();
        steps.done("counter " + counter + ", " + stateBytes + " bytes of state");

        steps.begin("cec-a dies: SIGKILL to all its processes");
        Set<Long> killed = first.killEverything();
        steps.done("killed " + killed);

        steps.begin("remote restart on cec-b");
        var restarted = second.json("lpar:remote-restart guest", steps::progress);
        var times = restarted.path("times_ms");
        steps.done("takeover " + times.path("takeover_ms") + " ms, in all " + times.path("remote_restart_ms") + " ms");

        steps.begin("the partition goes on: counter, records, writing");
        GuestLog consoleB = new GuestLog(
                Path.of(second.json("lpar:info guest").path("console_log").asText()));
        GuestLog.Line after = consoleB.await(
                line -> line.boot().equals(before.boot()), Duration.ofSeconds(30), "go on with the memory it had");
        GuestLog.Line later =
                consoleB.await(line -> line.record() >= before.record() + 4, Duration.ofSeconds(30), "go on writing");
        boolean whole = later.bad() == 0 && later.ok() >= before.record();
        steps.done(
                "counter " + after.counter() + ", then " + later.counter() + "; " + later.ok() + " records verified");

        return new Result(
                lpar,
                running.path("accelerator").asText(),
                counter,
                after.counter(),
                whole,
                later.ok(),
                hibernateMs,
                times.path("takeover_ms").asLong(),
                times.path("remote_restart_ms").asLong(),
                stateBytes,
                second.json("lu:info guest-disk").path("used_bytes").asLong(),
                steps.elapsedMs(),
                whole && after.counter() == counter + 1);
    }

    /** The folder of kernel and RAM disk; stand-ins for the simulated hypervisor, which executes neither. */
    private Path guestFiles() throws IOException {
        Path built = Path.of(System.getProperty("serai.project"), "launcher", "target", "guest");
        if (!"simulated".equals(options.hypervisor) || Files.exists(built.resolve("vmlinux"))) {
            return built;
        }
        for (String name : List.of("vmlinux", "initrd.img")) {
            Files.writeString(folder.resolve(name), "stands for the guest's " + name + "\n");
        }
        return folder;
    }

    private void sayHowToEnter() {
        System.err.println("Still running, in " + folder + ". Enter it, and end it, by:");
        System.err.println("  launcher/serai shell --instance " + second.instance());
        System.err.println("  launcher/serai exec --instance " + second.instance() + " 'lpar:stop guest'");
        System.err.println("  launcher/serai stop --instance " + second.instance());
    }

    private Path keepLogs() throws IOException {
        Path kept = Files.createTempDirectory(Path.of("/var/tmp"), "serai-demo-logs.");
        for (NodeProcess node : Set.of(first, second)) {
            Path logs = node.instance().resolve("logs");
            if (Files.isDirectory(logs)) {
                Path to = Files.createDirectory(
                        kept.resolve(node.instance().getFileName().toString()));
                try (Stream<Path> files = Files.list(logs)) {
                    for (Path log : files.toList()) {
                        Files.copy(log, to.resolve(log.getFileName().toString()));
                    }
                }
            }
        }
        return kept;
    }

    private void cleanUp() {
        for (NodeProcess node : new NodeProcess[] {second, first}) {
            if (Files.isDirectory(node.instance())) {
                try {
                    node.stop();
                } catch (CommandFailed notRunning) {
                    steps.progress(node.instance().getFileName() + " was not running any more");
                }
            }
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            System.err.println("Could not remove " + folder + ": " + e);
        }
    }

    private static String json(Result result) throws JsonProcessingException {
        return new ObjectMapper().writeValueAsString(result);
    }
}
