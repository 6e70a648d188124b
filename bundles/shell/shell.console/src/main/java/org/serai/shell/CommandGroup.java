package org.serai.shell;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * The commands of one scope: a service whose class is a picocli {@code @Command(name = "lu")} and whose methods with
 * {@code @Command} are the commands {@code lu:create} and so on. Each takes an {@link Invocation} as a {@code @Mixin}
 * and returns what it has to show: a record (shown as lines of key and value), a list of records (shown as a table), or
 * nothing. With {@code --json} the same is printed as JSON, keys in snake case. A
 * {@link org.serai.ffdc.SeraiException} ends a command with exit code 1, wrong usage with 2.
 *
 * <p>The service is registered whether or not what its commands need is there; a command that finds it missing says so.
 */
@ConsumerType
public interface CommandGroup {}
