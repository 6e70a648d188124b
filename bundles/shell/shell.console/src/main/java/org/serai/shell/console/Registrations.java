package org.serai.shell.console;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.serai.shell.CommandGroup;

/** Keeps Gogo's commands and the catalog as the groups come and go. */
final class Registrations implements AutoCloseable {
    private final Catalog catalog;
    private final Console.Gogo gogo;
    private final Function<Catalog.Entry, org.apache.felix.service.command.Function> commands;
    private final Map<CommandGroup, List<Runnable>> undo = new IdentityHashMap<>();

    Registrations(
            Catalog catalog,
            Console.Gogo gogo,
            Function<Catalog.Entry, org.apache.felix.service.command.Function> commands) {
        this.catalog = catalog;
        this.gogo = gogo;
        this.commands = commands;
    }

    synchronized void add(CommandGroup group) {
        List<Runnable> added = new ArrayList<>();
        for (Catalog.Entry entry : catalog.add(group)) {
            added.add(gogo.add(entry.scope(), entry.name(), commands.apply(entry)));
        }
        undo.put(group, added);
    }

    synchronized void remove(CommandGroup group) {
        catalog.remove(group);
        List<Runnable> added = undo.remove(group);
        if (added != null) {
            added.forEach(Runnable::run);
        }
    }

    @Override
    public synchronized void close() {
        List.copyOf(undo.keySet()).forEach(this::remove);
    }
}
