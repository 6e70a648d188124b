package org.serai.shell.commands.platform;

import java.util.List;
import java.util.stream.Stream;

/**
 * One node of the tree that says why something does not work.
 *
 * @param what the thing: a driver, component, bundle, service or package
 * @param state one word or a sentence on how it stands
 * @param because what it lacks; empty where nothing is missing, or nothing is known below
 */
record Reason(String what, String state, List<Reason> because) {
    static Reason of(String what, String state) {
        return new Reason(what, state, List.of());
    }

    /** The ends of the tree: what is missing in the first place. */
    Stream<String> roots() {
        return because.isEmpty()
                ? Stream.of(what + " " + state)
                : because.stream().flatMap(Reason::roots).distinct();
    }

    /** The tree as lines. */
    String text() {
        StringBuilder text = new StringBuilder();
        append(text, "", "");
        return text.toString();
    }

    private void append(StringBuilder text, String first, String further) {
        text.append(first).append(what).append(": ").append(state).append('\n');
        for (int i = 0; i < because.size(); i++) {
            boolean last = i == because.size() - 1;
            because.get(i).append(text, further + (last ? "└─ " : "├─ "), further + (last ? "   " : "│  "));
        }
    }
}
