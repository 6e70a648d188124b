package org.serai.launcher;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code serai run} was given.
 *
 * @param instance the instance directory
 * @param background whether the log stays away from the console
 * @param set keys with their values, in the order given
 */
record RunArguments(String instance, boolean background, Map<String, String> set) {
    /** Thrown for a command line that is none; the message is one line. */
    static final class Usage extends Exception {
        private static final long serialVersionUID = 1;

        Usage(String sentence) {
            super(sentence);
        }
    }

    static RunArguments parse(List<String> arguments) throws Usage {
        String instance = null;
        boolean background = false;
        Map<String, String> set = new LinkedHashMap<>();
        List<String> rest = new ArrayList<>(arguments);
        while (!rest.isEmpty()) {
            String option = rest.removeFirst();
            switch (option) {
                case "--background" -> background = true;
                case "--instance" -> instance = value(option, rest);
                case "--set" -> {
                    String pair = value(option, rest);
                    int equals = pair.indexOf('=');
                    if (equals <= 0) {
                        throw new Usage("--set takes key=value, not '" + pair + "'");
                    }
                    set.put(pair.substring(0, equals), pair.substring(equals + 1));
                }
                default -> throw new Usage("run does not know '" + option + "'");
            }
        }
        if (instance == null || instance.isEmpty()) {
            throw new Usage("run needs --instance DIR");
        }
        return new RunArguments(instance, background, set);
    }

    private static String value(String option, List<String> rest) throws Usage {
        if (rest.isEmpty()) {
            throw new Usage(option + " needs a value");
        }
        return rest.removeFirst();
    }
}
