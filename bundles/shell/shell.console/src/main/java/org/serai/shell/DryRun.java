package org.serai.shell;

import picocli.CommandLine.Option;

/**
 * The option {@code --dry-run}, a mixin of the commands that change state. A command that is given it changes nothing
 * and returns a {@link Plan}. A command without this mixin refuses the option.
 */
public final class DryRun {
    @Option(names = "--dry-run", description = "Change nothing; tell what would be done, and each reason why not.")
    private boolean asked;

    /** Whether nothing may be changed. */
    public boolean asked() {
        return asked;
    }
}
