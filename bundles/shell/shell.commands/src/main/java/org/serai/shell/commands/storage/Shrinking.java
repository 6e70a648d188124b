package org.serai.shell.commands.storage;

import org.serai.shell.ShellError;
import org.serai.shell.Size;

/** Makes sure that what a smaller size would lose is meant to be lost. */
final class Shrinking {
    private Shrinking() {}

    /** {@link ShellError#WRONG_USAGE} if something becomes smaller without the word for it. */
    static void require(boolean allowed, String what, long now, Size wanted) {
        if (wanted.bytes() < now && !allowed) {
            throw ShellError.WRONG_USAGE.error(
                    what + " would shrink from " + Size.human(now) + " to " + wanted,
                    "what is behind the new end would be lost",
                    "give --shrink as well if that is wanted");
        }
    }
}
