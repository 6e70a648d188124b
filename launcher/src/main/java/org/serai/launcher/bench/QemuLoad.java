package org.serai.launcher.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A load by {@code qemu-img bench}.
 *
 * @param stride the distance of two requests: larger than a request stands for random access
 */
record QemuLoad(String name, boolean write, int blockBytes, int depth, int count, int stride) {
    private static final Pattern SECONDS = Pattern.compile("Run completed in ([0-9.]+) seconds");

    /**
     * How long it took.
     *
     * @param seconds until the last client was done
     * @param slowestByFastest 1 for one client
     */
    record Outcome(double seconds, double slowestByFastest) {}

    Outcome run(String url) throws IOException, InterruptedException {
        return new Outcome(seconds(Shell.run(command(url))), 1);
    }

    /** Many clients at once. */
    Outcome runAtOnce(int clients, String url) throws IOException, InterruptedException {
        List<Process> processes = new ArrayList<>();
        try {
            for (int i = 0; i < clients; i++) {
                processes.add(new ProcessBuilder(command(url))
                        .redirectErrorStream(true)
                        .start());
            }
            List<Double> seconds = new ArrayList<>();
            for (Process each : processes) {
                String said = new String(each.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (each.waitFor() != 0) {
                    throw new IllegalStateException("qemu-img bench: " + said.strip());
                }
                seconds.add(seconds(said));
            }
            double slowest = Collections.max(seconds);
            return new Outcome(slowest, slowest / Collections.min(seconds));
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
    }

    private static double seconds(String said) {
        Matcher found = SECONDS.matcher(said);
        if (!found.find()) {
            throw new IllegalStateException("qemu-img bench did not say how long it took");
        }
        return Double.parseDouble(found.group(1));
    }

    private String[] command(String url) {
        List<String> command = new ArrayList<>(List.of("qemu-img", "bench", "-f", "raw", "-t", "none"));
        if (write) {
            command.add("-w");
        }
        command.addAll(List.of(
                "-c",
                Integer.toString(count),
                "-d",
                Integer.toString(depth),
                "-s",
                Integer.toString(blockBytes),
                "-S",
                Integer.toString(stride),
                url));
        return command.toArray(String[]::new);
    }
}
