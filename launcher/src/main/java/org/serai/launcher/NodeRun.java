package org.serai.launcher;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.osgi.framework.BundleException;
import org.serai.ffdc.SeraiException;
import org.serai.launcher.framework.Distribution;
import org.serai.launcher.framework.NodeFramework;
import org.serai.launcher.instance.ConfigFile;
import org.serai.launcher.instance.ConfigStore;
import org.serai.launcher.instance.Instance;
import org.serai.launcher.instance.InstanceLock;
import org.serai.launcher.instance.StatusFile;
import org.serai.launcher.logging.NodeLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node from its start to its end. The end comes by SIGTERM (or SIGINT in the foreground); a death without it leaves
 * nothing that the next start minds: the lock is the kernel's, the bundle cache is made anew.
 */
final class NodeRun {
    private static final long STOP_TIMEOUT_MS = 20_000;
    private static final Logger LOG = LoggerFactory.getLogger(NodeRun.class);

    private final NodeFramework framework;
    private final StatusFile status;
    private final InstanceLock lock;

    private NodeRun(NodeFramework framework, StatusFile status, InstanceLock lock) {
        this.framework = framework;
        this.status = status;
        this.lock = lock;
    }

    /** Starts a node, tells whoever waits, and stays until the process is told to end. */
    static void run(RunArguments arguments) {
        try {
            Instance instance = Instance.at(arguments.instance());
            instance.makeFolders();
            InstanceLock lock = InstanceLock.take(instance);
            Distribution distribution = new Distribution(Path.of(System.getProperty("serai.project")));
            Preparation preparation = new Preparation(instance, distribution, RandomGenerator.getDefault());
            preparation.makeFiles();
            NodeFramework framework = new NodeFramework(instance, distribution);
            ConfigFile configuration = preparation.configure(framework, arguments.set());
            String node = name(configuration, instance);
            NodeLog.open(node, instance.logs().resolve("serai.log"), !arguments.background());
            new NodeRun(framework, new StatusFile(instance, node), lock).start(node, configuration);
        } catch (SeraiException | IOException | InterruptedException e) {
            LOG.error("The node does not start", e);
            report("failed " + e.getMessage().replace('\n', ' '));
            System.err.println("serai: " + e.getMessage());
            Runtime.getRuntime().halt(1); // a thread that a bundle left must not keep a failed node
        }
        while (true) { // the shutdown hook ends it
            LockSupport.park();
        }
    }

    private static String name(ConfigFile configuration, Instance instance) {
        Object name =
                configuration.values().getOrDefault("org.serai.node", Map.of()).get("name");
        return name == null ? instance.defaultNodeName() : name.toString();
    }

    private void start(String node, ConfigFile configuration) throws IOException, InterruptedException {
        long pid = ProcessHandle.current().pid();
        status.write("starting");
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "serai-stop"));
        Thread.currentThread().setContextClassLoader(null); // JLine falls back to a dumb terminal otherwise
        String missing;
        try {
            framework.start(
                    node, new ConfigStore(configuration, framework.features().configurations()));
            missing = framework.awaitPlace();
        } catch (SeraiException e) {
            stopAfterFailure();
            throw e;
        }
        status.write("running");
        long tookMs = System.currentTimeMillis() - Long.getLong("serai.started_at_ms", System.currentTimeMillis());
        LOG.info("Node {} runs, pid {}, started in {} ms {}", node, pid, tookMs, missing);
        report("ready " + pid + " " + tookMs + " " + missing);
    }

    /** What did start is stopped in order, so that other nodes see a goodbye and no death. */
    private void stopAfterFailure() throws IOException, InterruptedException {
        try {
            framework.stop(STOP_TIMEOUT_MS);
        } catch (BundleException e) {
            LOG.error("The bundles that did start do not stop", e);
        }
        status.write("failed");
    }

    private void stop() {
        int exitCode = 0;
        try {
            status.write("stopping");
            if (!framework.stop(STOP_TIMEOUT_MS)) {
                LOG.error("The bundles did not stop within {} ms", STOP_TIMEOUT_MS);
                exitCode = 1;
            }
            status.write("stopped");
            LOG.info("The node has stopped");
            NodeLog.close();
            lock.close();
        } catch (IOException | BundleException | InterruptedException e) {
            LOG.error("The node did not stop cleanly", e);
            exitCode = 1;
        }
        Runtime.getRuntime().halt(exitCode); // the JVM would say 143 for SIGTERM, though this is the clean end
    }

    /** Says one line to the script that waits at the other end of a pipe. */
    static void report(String line) {
        String pipe = System.getProperty("serai.report");
        if (pipe == null) {
            return;
        }
        try (PrintStream out = new PrintStream(new FileOutputStream(pipe), true, StandardCharsets.UTF_8)) {
            out.println(line);
        } catch (IOException e) {
            LOG.warn("Nobody waits for the start any more: {}", e.toString());
        }
    }
}
