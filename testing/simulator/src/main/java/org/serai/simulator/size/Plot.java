package org.serai.simulator.size;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Each measure relative to that of the smallest cluster, over the number of nodes, both logarithmic; dashed is what grows
 * as the number of nodes does.
 */
record Plot(List<Integer> sizes, Map<Measure, double[]> rows) {
    private static final int LEFT = 60;
    private static final int TOP = 20;
    private static final int WIDTH = 480;
    private static final int HEIGHT = 360;
    private static final List<String> COLOURS = List.of(
            "#4e79a7", "#f28e2b", "#e15759", "#76b7b2", "#59a14f", "#b07aa1", "#9c755f", "#bab0ac", "#edc948",
            "#d37295", "#17202a");

    String svg() {
        var text = new StringBuilder();
        line(
                text,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1000 440\" font-family=\"sans-serif\""
                        + " font-size=\"12\">");
        line(text, "<rect width=\"1000\" height=\"440\" fill=\"white\"/>");
        grid(text);
        path(text, sizes.stream().mapToDouble(size -> size).toArray(), "#888888", " stroke-dasharray=\"6 4\"");
        var number = 0;
        for (var row : rows.entrySet()) {
            var colour = COLOURS.get(number % COLOURS.size());
            path(text, row.getValue(), colour, "");
            var y = TOP + 16 + 20 * number++;
            line(text, "<rect x=\"565\" y=\"%d\" width=\"14\" height=\"4\" fill=\"%s\"/>".formatted(y - 5, colour));
            line(
                    text,
                    "<text x=\"586\" y=\"%d\">%s</text>"
                            .formatted(y, row.getKey().words()));
        }
        line(
                text,
                "<text x=\"586\" y=\"%d\" fill=\"#888888\">dashed: as the number of nodes</text>"
                        .formatted(TOP + 24 + 20 * number));
        line(text, "</svg>");
        return text.toString();
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append('\n');
    }

    private double x(double size) {
        return LEFT
                + WIDTH * Math.log10(size / sizes.getFirst()) / Math.log10((double) sizes.getLast() / sizes.getFirst());
    }

    /** From a tenth to ten thousand times. */
    private static double y(double ratio) {
        return TOP + HEIGHT - HEIGHT * (Math.log10(Math.clamp(ratio, 0.1, 10_000)) + 1) / 5;
    }

    private void grid(StringBuilder text) {
        for (var power = -1; power <= 4; power++) {
            var y = y(Math.pow(10, power));
            line(
                    text,
                    String.format(
                            Locale.ROOT,
                            "<path d=\"M%d %.1fH%d\" stroke=\"#dddddd\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">× %s</text>",
                            LEFT,
                            y,
                            LEFT + WIDTH,
                            LEFT - 6,
                            y + 4,
                            power < 0 ? "0.1" : Long.toString((long) Math.pow(10, power))));
        }
        for (var size : sizes) {
            line(
                    text,
                    String.format(
                            Locale.ROOT,
                            "<path d=\"M%.1f %dV%d\" stroke=\"#dddddd\"/><text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d nodes</text>",
                            x(size),
                            TOP,
                            TOP + HEIGHT,
                            x(size),
                            TOP + HEIGHT + 20,
                            size));
        }
    }

    private void path(StringBuilder text, double[] values, String colour, String more) {
        var points = IntStream.range(0, values.length)
                .mapToObj(i -> String.format(Locale.ROOT, "%.1f,%.1f", x(sizes.get(i)), y(values[i] / values[0])))
                .collect(Collectors.joining(" "));
        line(
                text,
                "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"%s/>"
                        .formatted(points, colour, more));
    }
}
