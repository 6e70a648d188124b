package org.serai.simulator.size;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.serai.simulator.play.Scenario;

/** Clusters of several sizes, as a table in Markdown and a plot. */
public final class Sizes {
    private final List<Integer> sizes;

    /** @param sizes numbers of nodes */
    public Sizes(List<Integer> sizes) {
        this.sizes = List.copyOf(sizes);
    }

    /** Measures them and prints the table; writes the plot. */
    public void run(Path plot) throws IOException, SQLException {
        Map<Measure, double[]> rows = new EnumMap<>(Measure.class);
        for (var i = 0; i < sizes.size(); i++) {
            for (var each : measure(sizes.get(i)).entrySet()) {
                rows.computeIfAbsent(each.getKey(), _ -> new double[sizes.size()])[i] = each.getValue();
            }
        }
        System.out.println(table(rows));
        Files.writeString(plot, new Plot(sizes, rows).svg());
    }

    private static Map<Measure, Double> measure(int nodes) throws IOException, SQLException {
        var folder = Scenario.folder();
        try {
            return new SizeRun(nodes, folder, Scenario.template()).run();
        } finally {
            Scenario.delete(folder);
        }
    }

    private String table(Map<Measure, double[]> rows) {
        var head = "| nodes | " + sizes.stream().map(String::valueOf).collect(Collectors.joining(" | ")) + " |\n| --- |"
                + " --- |".repeat(sizes.size());
        return rows.entrySet().stream()
                .map(row -> "| " + row.getKey().words() + " | " + numbers(row.getValue()) + " |")
                .collect(Collectors.joining("\n", head + "\n", ""));
    }

    private static String numbers(double[] values) {
        return java.util.Arrays.stream(values)
                .mapToObj(value -> String.format(Locale.ROOT, value < 10 ? "%.1f" : "%.0f", value))
                .collect(Collectors.joining(" | "));
    }
}
