package org.serai.shell.console;

import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Hashtable;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.Function;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.serai.shell.CommandGroup;
import org.serai.shell.ShellError;

/** Runs the console in the framework: every command group becomes commands of Gogo, the socket is in the instance. */
@Component(
        service = {},
        immediate = true)
public final class ConsoleComponent {
    private final Console console;

    /** For Declarative Services. */
    @Activate
    public ConsoleComponent(BundleContext context, @Reference CommandProcessor processor) {
        Path instance = instanceDirectory(context);
        String logFile = context.getProperty("serai.log.file");
        String name = context.getProperty("serai.node.name");
        this.console = new Console(
                processor,
                (scope, command, function) -> register(context, scope, command, function),
                instance.resolve("run"),
                logFile == null ? instance.resolve("logs/serai.log").toString() : logFile,
                name == null ? instance.getFileName().toString() : name);
    }

    private static Path instanceDirectory(BundleContext context) {
        String directory = context.getProperty("serai.instance.dir");
        if (directory == null) {
            throw ShellError.NO_SOCKET.error(
                    "The shell has no place for its socket",
                    "the framework property serai.instance.dir is not set",
                    "start the node with serai run");
        }
        return Path.of(directory);
    }

    private static Runnable register(BundleContext context, String scope, String name, Function function) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(CommandProcessor.COMMAND_SCOPE, scope);
        properties.put(CommandProcessor.COMMAND_FUNCTION, name);
        ServiceRegistration<Function> registration = context.registerService(Function.class, function, properties);
        return registration::unregister;
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addGroup(CommandGroup group) {
        console.add(group);
    }

    void removeGroup(CommandGroup group) {
        console.remove(group);
    }

    @Activate
    void start() {
        console.start();
    }

    @Deactivate
    void stop() {
        console.close();
    }
}
