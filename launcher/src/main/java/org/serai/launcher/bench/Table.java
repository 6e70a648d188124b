package org.serai.launcher.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A table in Markdown, and the median that its figures are. */
final class Table {
    private final String title;
    private final List<String> head;
    private final List<List<String>> rows = new ArrayList<>();
    private final StringBuilder notes = new StringBuilder();

    Table(String title, String... head) {
        this.title = title;
        this.head = List.of(head);
    }

    Table row(String... cells) {
        rows.add(List.of(cells));
        return this;
    }

    /** Adds text below the table. */
    void note(String text) {
        notes.append('\n').append(text);
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(title).append("\n\n");
        line(text, head);
        line(text, head.stream().map(cell -> "---").toList());
        rows.forEach(row -> line(text, row));
        return text.append(notes).toString();
    }

    private static void line(StringBuilder text, List<String> cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
