package org.serai.simulator;

import java.util.HashMap;
import java.util.Map;

/** The words of a command line: {@code --name} or {@code --name NUMBER}. */
record Options(Map<String, String> words) {
    static Options of(String... words) {
        var options = new HashMap<String, String>();
        for (var i = 0; i < words.length; i++) {
            if (!words[i].startsWith("--")) {
                throw new IllegalArgumentException("options begin with --, not " + words[i]);
            }
            var hasValue = i + 1 < words.length && !words[i + 1].startsWith("--");
            options.put(words[i].substring(2), hasValue ? words[++i] : "");
        }
        return new Options(options);
    }

    boolean has(String name) {
        return words.containsKey(name);
    }

    long number(String name, long otherwise) {
        return has(name) ? Long.parseLong(words.get(name)) : otherwise;
    }
}
