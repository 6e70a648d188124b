package org.serai.launcher;

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.List;

/** The launcher's Java half; the script {@code launcher/serai} starts it. */
public final class Main {
    /** Exit code for wrong usage. */
    static final int USAGE = 2;

    private Main() {}

    /** Runs {@code run}, {@code demo} or {@code bench}. */
    public static void main(String[] arguments) throws Throwable {
        List<String> words = Arrays.asList(arguments);
        String command = words.isEmpty() ? "" : words.getFirst();
        switch (command) {
            case "run" -> run(words.subList(1, words.size()));
            case "demo" -> dispatch("org.serai.launcher.demo.Demo", words.subList(1, words.size()));
            case "bench" -> dispatch("org.serai.launcher.bench.Bench", words.subList(1, words.size()));
            default -> usage("the launcher runs run, demo or bench, not '" + command + "'");
        }
    }

    private static void run(List<String> arguments) {
        try {
            NodeRun.run(RunArguments.parse(arguments));
        } catch (RunArguments.Usage e) {
            NodeRun.report("usage " + e.getMessage());
            usage(e.getMessage());
        }
    }

    private static void dispatch(String name, List<String> arguments) throws Throwable {
        try {
            Class.forName(name).getMethod("main", String[].class).invoke(null, (Object)
                    arguments.toArray(String[]::new));
        } catch (ClassNotFoundException e) {
            System.err.println("serai: " + name + " is not on the launcher's class path; build the project again");
            System.exit(1);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static void usage(String sentence) {
        System.err.println("serai: " + sentence + " (see serai help)");
        System.exit(USAGE);
    }
}
