package org.serai.shell.commands.storage;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.serai.shell.Size;
import org.serai.storage.PoolUpkeep.Part;
import org.serai.storage.PoolUpkeep.PvMap;

/**
 * A pool drawn with letters: a row of cells for each PV, in each cell the LU that has most of it, a point where nothing
 * is given away; below, what the letters stand for.
 */
final class PoolPicture {
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final char OTHERS = '#';
    private static final char FREE = '.';
    private static final int ROWS_AT_MOST = 4;

    private final List<PvMap> map;
    private final int width;
    private final Map<UUID, Long> bytesOf = new LinkedHashMap<>();
    private final Map<UUID, Character> letterOf = new LinkedHashMap<>();

    PoolPicture(List<PvMap> map, int width) {
        this.map = map;
        this.width = Math.max(20, width);
        map.forEach(pv -> pv.parts().forEach(part -> bytesOf.merge(part.lu(), part.length(), Long::sum)));
        // The largest get the letters, so that what is left over is little.
        bytesOf.entrySet().stream()
                .sorted(Map.Entry.<UUID, Long>comparingByValue().reversed())
                .forEach(entry -> letterOf.put(
                        entry.getKey(), letterOf.size() < LETTERS.length() ? LETTERS.charAt(letterOf.size()) : OTHERS));
    }

    String draw() {
        StringBuilder text = new StringBuilder();
        for (PvMap pv : map) {
            long size = pv.pv().sizeBytes();
            text.append("%s  %s, %s used%s%n"
                    .formatted(
                            pv.pv().path(),
                            Size.human(size),
                            Size.human(pv.pv().usedBytes()),
                            pv.pv().present() ? "" : ", away"));
            rows(pv, text);
        }
        legend(text);
        return text.toString();
    }

    private void rows(PvMap pv, StringBuilder text) {
        long largest =
                map.stream().mapToLong(each -> each.pv().sizeBytes()).max().orElse(1);
        // The largest PV has all rows; the others as many cells as they have space beside it.
        int all = (width - 2) * ROWS_AT_MOST;
        int cells = (int) Math.max(1, Math.round((double) all * pv.pv().sizeBytes() / largest));
        double cellBytes = (double) pv.pv().sizeBytes() / cells;
        List<Part> parts = new ArrayList<>(pv.parts());
        int next = 0;
        StringBuilder row = new StringBuilder("  ");
        for (int cell = 0; cell < cells; cell++) {
            double from = cell * cellBytes;
            double to = from + cellBytes;
            while (next < parts.size()
                    && parts.get(next).offset() + parts.get(next).length() <= from) {
                next++;
            }
            row.append(most(parts, next, from, to));
            if (row.length() == width) {
                text.append(row).append(System.lineSeparator());
                row.setLength(2);
            }
        }
        if (row.length() > 2) {
            text.append(row).append(System.lineSeparator());
        }
    }

    /** The letter of whoever has most of the cell; free only if nobody has anything. */
    private char most(List<Part> parts, int first, double from, double to) {
        char found = FREE;
        double most = 0;
        for (int i = first; i < parts.size() && parts.get(i).offset() < to; i++) {
            Part part = parts.get(i);
            double share = Math.min(to, part.offset() + part.length()) - Math.max(from, part.offset());
            if (share > most) {
                most = share;
                found = letterOf.get(part.lu());
            }
        }
        return found;
    }

    private void legend(StringBuilder text) {
        Map<UUID, Part> any = new LinkedHashMap<>();
        map.forEach(pv -> pv.parts().forEach(part -> any.putIfAbsent(part.lu(), part)));
        long others = 0;
        int otherLus = 0;
        for (Map.Entry<UUID, Character> entry : letterOf.entrySet()) {
            long bytes = bytesOf.get(entry.getKey());
            if (entry.getValue() == OTHERS) {
                others += bytes;
                otherLus++;
                continue;
            }
            Part part = any.get(entry.getKey());
            text.append("%s %s  %s%s%n"
                    .formatted(
                            entry.getValue(),
                            part.name().orElse("half made or half deleted, " + entry.getKey()),
                            Size.human(bytes),
                            part.tier().map(tier -> "  " + tier).orElse("")));
        }
        if (otherLus > 0) {
            text.append("%s %d other LUs  %s%n".formatted(OTHERS, otherLus, Size.human(others)));
        }
        text.append(FREE).append(" free").append(System.lineSeparator());
    }
}
