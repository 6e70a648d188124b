package org.serai.shell.commands;

import java.util.Comparator;
import java.util.List;
import org.serai.shell.commands.SessionCommands.LoadView;

/** The screen of {@code target:top}: the busiest first. */
final class TopScreen {
    private static final String CLEAR = "\u001b[H\u001b[2J";
    private static final double MEBIBYTE = 1 << 20;
    private static final String HEAD = "%6s %3s %8s %9s %9s %7s %7s %8s  %s"
            .formatted("ID", "LUN", "IOPS", "MiB/s in", "MiB/s out", "P50 us", "P99 us", "MAX us", "INITIATOR");

    private TopScreen() {}

    /** The text that a terminal of so many columns is to print. */
    static String of(List<LoadView> loads, int width) {
        StringBuilder text = new StringBuilder(CLEAR);
        line(text, HEAD, width);
        loads.stream()
                .sorted(Comparator.comparingLong(LoadView::iops).reversed())
                .forEach(load -> line(text, line(load), width));
        return text.toString();
    }

    private static String line(LoadView load) {
        return "%6d %3d %8d %9.1f %9.1f %7d %7d %8d  %s"
                .formatted(
                        load.session(),
                        load.lun(),
                        load.iops(),
                        load.writtenBytesPerSecond() / MEBIBYTE,
                        load.readBytesPerSecond() / MEBIBYTE,
                        load.p50Us(),
                        load.p99Us(),
                        load.maxUs(),
                        // an initiator chooses its name, and must not steer the terminal with it
                        load.initiator().replaceAll("\\p{Cntrl}", "?"));
    }

    private static void line(StringBuilder text, String line, int width) {
        text.append(line, 0, Math.min(line.length(), width)).append("\r\n");
    }
}
