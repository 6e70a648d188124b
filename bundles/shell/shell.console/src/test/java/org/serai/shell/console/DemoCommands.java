package org.serai.shell.console;

import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.serai.ffdc.Category;
import org.serai.ffdc.ErrorCode;
import org.serai.shell.CommandGroup;
import org.serai.shell.Detail;
import org.serai.shell.DryRun;
import org.serai.shell.Invocation;
import org.serai.shell.Plan;
import org.serai.shell.Size;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A group with a command of every kind. */
@Command(name = "demo")
final class DemoCommands implements CommandGroup {
    static final UUID ID = UUID.fromString("00000000-0000-0000-0000-00000000002a");

    final CountDownLatch waiting = new CountDownLatch(1);
    final CountDownLatch interrupted = new CountDownLatch(1);
    final CountDownLatch reading = new CountDownLatch(1);
    final CountDownLatch read = new CountDownLatch(1);

    enum Colour {
        DEEP_RED
    }

    enum DemoError implements ErrorCode {
        BROKEN;

        @Override
        public String code() {
            return "SERAI-DEMO-0001";
        }

        @Override
        public Category category() {
            return Category.USER;
        }
    }

    record Lock(String node, long epoch) {}

    record Thing(
            String name,
            long sizeBytes,
            boolean thick,
            Colour colour,
            Optional<String> owner,
            Optional<Lock> lock,
            List<String> tags,
            List<Lock> history,
            Map<String, Long> timesMs,
            @Detail UUID id) {}

    record Row(String name, long usedBytes, @Detail UUID id) {}

    static Thing thing(String name) {
        return new Thing(
                name,
                1L << 30,
                true,
                Colour.DEEP_RED,
                Optional.empty(),
                Optional.of(new Lock("cec-a", 7)),
                List.of("a", "b"),
                List.of(new Lock("cec-b", 6)),
                Map.of("wait_ms", 12L),
                ID);
    }

    @Command(
            name = "show",
            description = "Show a thing.",
            footer = {"demo:show one", "demo:show two --json"})
    Thing show(@Mixin Invocation invocation, @Parameters(paramLabel = "THING", description = "Its name.") String name) {
        return thing(name);
    }

    @Command(name = "list", description = "List things.", footer = "demo:list")
    List<Row> list(@Mixin Invocation invocation) {
        return List.of(new Row("one", 512, ID), new Row("a-name-of-some-length", 3 << 20, ID));
    }

    @Command(name = "none", description = "List nothing.", footer = "demo:none")
    List<Row> none(@Mixin Invocation invocation) {
        return List.of();
    }

    @Command(name = "size", description = "Say what a size is.", footer = "demo:size --size 1G")
    Size size(@Mixin Invocation invocation, @Option(names = "--size", required = true) Size size) {
        return size;
    }

    @Command(name = "fail", description = "Fail as a user's mistake does.", footer = "demo:fail")
    void fail(@Mixin Invocation invocation) {
        throw DemoError.BROKEN.error("the thing broke", "it was dropped", "glue it");
    }

    @Command(name = "late", description = "Fail as a network does that does not answer.", footer = "demo:late")
    void late(@Mixin Invocation invocation) {
        throw DemoError.BROKEN.error(
                "the thing is far", "nothing came", "look", new SocketTimeoutException("Read timed out"));
    }

    @Command(
            name = "crash",
            description = {"Fail as a defect", "does."},
            footer = "demo:crash")
    void crash(@Mixin Invocation invocation) {
        throw new IllegalStateException("secret detail");
    }

    @Command(name = "say", description = "Print and tell of progress.", footer = "demo:say hello")
    void say(@Mixin Invocation invocation, @Parameters(paramLabel = "WORD") String word) {
        invocation.progress("saying");
        invocation.out().println(word);
    }

    @Command(name = "read", description = "Print how much there is to read, and its end.", footer = "demo:read")
    String read(@Mixin Invocation invocation) {
        reading.countDown();
        try {
            String text = new String(invocation.input("text", 1 << 20), StandardCharsets.UTF_8);
            String last = text.substring(Math.max(0, text.length() - 5)).strip();
            return text.length() + " characters, the last ones " + last;
        } finally {
            read.countDown();
        }
    }

    @Command(name = "touch", description = "Change a thing.", footer = "demo:touch one --dry-run")
    Object touch(
            @Mixin Invocation invocation,
            @Mixin DryRun dryRun,
            @Parameters(paramLabel = "THING", description = "Its name.") String name) {
        if (dryRun.asked()) {
            return Plan.draft()
                    .would("touch " + name)
                    .check(() -> {
                        if (name.equals("missing")) {
                            throw DemoError.BROKEN.error("no thing " + name, "nobody made it", "make it");
                        }
                    })
                    .plan();
        }
        return thing(name);
    }

    @Command(name = "wait", description = "Wait until cancelled.", footer = "demo:wait")
    void waitForEver(@Mixin Invocation invocation) throws InterruptedException {
        waiting.countDown();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            interrupted.countDown();
            throw e;
        }
    }

    @Override
    public List<String> candidates(String label) {
        return label.equals("THING") ? List.of("one", "two") : List.of();
    }
}
