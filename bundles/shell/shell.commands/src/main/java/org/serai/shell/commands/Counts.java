package org.serai.shell.commands;

import org.serai.shell.ShellError;

/** Options that say how many. */
final class Counts {
    private Counts() {}

    /** {@link ShellError#WRONG_USAGE} for none and less than none. */
    static void requireAtLeastOne(String option, long count) {
        if (count < 1) {
            throw ShellError.WRONG_USAGE.error(
                    option + " cannot be " + count, "it says how many, and is 1 or more", "give another number");
        }
    }
}
