package org.serai.shell.commands;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.serai.shell.commands.NodeCommands.NodeView;

/**
 * The status of a cluster that is too large for a line for each node. Of two hundred nodes with numbered names it fits
 * the smallest terminal: runs of numbers are folded, as in {@code vios-[000-006,008-199]}.
 */
final class LargeCluster {
    /** More nodes than these are shown by their names only. */
    static final int LISTED_AT_MOST = 24;

    private static final int WIDTH_WITHOUT_TERMINAL = 100;
    private static final Pattern NUMBERED = Pattern.compile("(.*?)([0-9]{1,9})");

    private LargeCluster() {}

    static boolean isOne(ClusterStatus status) {
        return status.nodes().size() > LISTED_AT_MOST;
    }

    /** @param status with the whole of each node */
    static String text(ClusterStatus status, int width) {
        int columns = width == 0 ? WIDTH_WITHOUT_TERMINAL : width;
        List<String> lines = new ArrayList<>();
        lines.add("cluster " + status.cluster().orElse("-") + ": " + status.summary());
        lines.add("primary node " + status.primary().orElse("-")
                + status.primaryEpoch().map(epoch -> ", epoch " + epoch).orElse(""));
        lines.add("this node " + status.node() + ": " + status.state()
                + status.fenceOpen()
                        .map(open -> open ? ", fence open" : ", fence closed")
                        .orElse(""));
        status.database()
                .ifPresent(database -> lines.add("database " + database.engine() + " at " + database.place()
                        + ", revision " + database.revision() + (database.reachable() ? "" : ", not reachable")));
        status.problems().forEach(problem -> lines.add("! " + problem));
        groups(status).forEach((state, names) -> lines.add(state + ": " + String.join(" ", folded(names))));
        lines.add("cluster:status --all lists each node");
        return lines.stream()
                .flatMap(line -> wrapped(line, columns).stream())
                .collect(Collectors.joining("\n", "", "\n"));
    }

    /** Names by state, what is alive last. */
    private static Map<String, List<String>> groups(ClusterStatus status) {
        Map<String, List<String>> groups = new TreeMap<>((one, other) ->
                one.equals("alive") == other.equals("alive") ? one.compareTo(other) : one.equals("alive") ? 1 : -1);
        for (Record node : status.nodes()) {
            NodeView view = (NodeView) node;
            groups.computeIfAbsent(view.state(), _ -> new ArrayList<>()).add(view.name());
        }
        return groups;
    }

    /** Names with runs of numbers; those of one form together, in their order. */
    static List<String> folded(Collection<String> names) {
        Map<String, List<String>> numbers = new TreeMap<>();
        List<String> folded = new ArrayList<>();
        for (String name : names.stream().sorted().toList()) {
            Matcher matcher = NUMBERED.matcher(name);
            if (matcher.matches()) {
                String form = matcher.group(1) + "/" + matcher.group(2).length();
                numbers.computeIfAbsent(form, _ -> new ArrayList<>()).add(matcher.group(2));
            } else {
                folded.add(name);
            }
        }
        numbers.forEach((form, each) -> {
            String prefix = form.substring(0, form.lastIndexOf('/'));
            String runs = String.join(",", runs(each));
            folded.add(each.size() == 1 ? prefix + runs : prefix + "[" + runs + "]");
        });
        return folded;
    }

    /** Numbers of the same length, in their order. */
    private static List<String> runs(List<String> numbers) {
        List<String> runs = new ArrayList<>();
        for (int from = 0, to = 0; from < numbers.size(); from = to) {
            int first = Integer.parseInt(numbers.get(from));
            while (to < numbers.size() && Integer.parseInt(numbers.get(to)) == first + to - from) {
                to++;
            }
            runs.add(to - from == 1 ? numbers.get(from) : numbers.get(from) + "-" + numbers.get(to - 1));
        }
        return runs;
    }

    /** A line that is too long goes on below, a little further in; it is broken at blanks and commas. */
    private static List<String> wrapped(String line, int columns) {
        List<String> lines = new ArrayList<>();
        String rest = line;
        while (rest.length() > columns) {
            int at = Math.max(rest.lastIndexOf(' ', columns - 1), rest.lastIndexOf(',', columns - 1) + 1);
            int cut = at <= 2 ? columns : at;
            lines.add(rest.substring(0, cut).stripTrailing());
            rest = "  " + rest.substring(cut).strip();
        }
        lines.add(rest);
        return lines;
    }
}
