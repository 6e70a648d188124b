package org.serai.shell;

import org.osgi.annotation.versioning.ConsumerType;

/** A result that can be bad although the command itself did what it was asked: then its exit code is 1. */
@ConsumerType
public interface Verdict {
    /** Whether the exit code is 0. */
    boolean good();
}
