package org.serai.itests.node;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.runner.Description;
import org.junit.runner.notification.Failure;
import org.junit.runner.notification.RunNotifier;
import org.junit.runners.model.InitializationError;
import org.ops4j.pax.exam.junit.PaxExam;

/** Runs a test class in a node's framework; the class fails if a process of the node outlives the framework. */
public final class NodeRunner extends PaxExam {
    private static final Duration END_MAX = Duration.ofSeconds(60);

    private final Description description;

    /** For JUnit. */
    public NodeRunner(Class<?> testClass) throws InitializationError {
        super(testClass);
        this.description = Description.createSuiteDescription(testClass);
    }

    @Override
    public void run(RunNotifier notifier) {
        super.run(notifier);
        try {
            await("the end of every process of the node")
                    .atMost(END_MAX)
                    .until(() -> Workspace.processes().isEmpty());
        } catch (RuntimeException e) {
            notifier.fireTestFailure(new Failure(
                    description,
                    new AssertionError("the framework has stopped, but these run: " + Workspace.processes(), e)));
        }
    }
}
