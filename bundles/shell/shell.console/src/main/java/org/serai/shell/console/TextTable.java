package org.serai.shell.console;

import java.util.ArrayList;
import java.util.List;

/** A table of text that fits the terminal: the widest columns give way first, and what is cut ends with an ellipsis. */
final class TextTable {
    private static final int GAP = 2;
    private static final int NARROWEST = 6;

    private final List<String> headers;
    private final List<Boolean> right;
    private final List<List<String>> rows = new ArrayList<>();

    /** @param right for each column whether its cells stand at its right edge */
    TextTable(List<String> headers, List<Boolean> right) {
        this.headers = List.copyOf(headers);
        this.right = List.copyOf(right);
    }

    void row(List<String> cells) {
        rows.add(List.copyOf(cells));
    }

    /** @param width columns of the terminal; 0 for none, then nothing is cut */
    String render(int width) {
        int[] widths = widths(width);
        StringBuilder text = new StringBuilder();
        line(text, headers, widths);
        rows.forEach(row -> line(text, row, widths));
        return text.toString();
    }

    private int[] widths(int width) {
        int columns = headers.size();
        int[] widths = new int[columns];
        int total = GAP * (columns - 1);
        for (int column = 0; column < columns; column++) {
            widths[column] = length(headers.get(column));
            for (List<String> row : rows) {
                widths[column] = Math.max(widths[column], length(row.get(column)));
            }
            total += widths[column];
        }
        while (width > 0 && total > width) {
            int widest = 0;
            for (int column = 1; column < columns; column++) {
                widest = widths[column] > widths[widest] ? column : widest;
            }
            if (widths[widest] <= NARROWEST) {
                break;
            }
            widths[widest]--;
            total--;
        }
        return widths;
    }

    private void line(StringBuilder text, List<String> cells, int[] widths) {
        int start = text.length();
        for (int column = 0; column < cells.size(); column++) {
            String cell = cut(cells.get(column), widths[column]);
            String padding = " ".repeat(widths[column] - length(cell));
            text.append(column == 0 ? "" : " ".repeat(GAP));
            text.append(right.get(column) ? padding + cell : cell + padding);
        }
        int end = text.length();
        while (end > start && text.charAt(end - 1) == ' ') {
            end--;
        }
        text.setLength(end);
        text.append('\n');
    }

    private static String cut(String cell, int width) {
        return length(cell) <= width ? cell : cell.substring(0, cell.offsetByCodePoints(0, width - 1)) + "…";
    }

    private static int length(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
