package org.serai.shell;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The commands of one scope: a service whose class is a picocli {@code @Command(name = "lu")} and whose methods with
 * {@code @Command} are the commands {@code lu:create} and so on. Each takes an {@link Invocation} as a {@code @Mixin}
 * and returns what it has to show: a record (shown as lines of key and value), a list of records (shown as a table), or
 * nothing. With {@code --json} the same is printed as JSON, keys in snake case. A
 * {@link org.serai.ffdc.SeraiException} ends a command with exit code 1, wrong usage with 2.
 *
 * <p>Examples are the {@code footer} of a command, one a line. A command that changes state takes a {@link DryRun} as
 * well. Options for sizes have the type {@link Size}.
 *
 * <p>The service is registered whether or not what its commands need is there; a command that finds it missing says so.
 */
@ConsumerType
public interface CommandGroup {
    /**
     * Names of live objects, for completion. Every group is asked for every parameter of every group.
     *
     * @param label the {@code paramLabel} of the option or parameter to complete, for example {@code LU}
     * @return the names that fit there; empty if this group knows nothing of that label
     */
    default List<String> candidates(String label) {
        return List.of();
    }
}
