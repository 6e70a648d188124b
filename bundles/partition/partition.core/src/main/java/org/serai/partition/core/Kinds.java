package org.serai.partition.core;

import java.util.List;

/** The kinds of journalled operations on partitions. */
final class Kinds {
    static final String START = "start";
    static final String STOP = "stop";
    static final String HIBERNATE = "hibernate";
    static final String RESUME = "resume";
    static final String REMOTE_RESTART = "remote-restart";
    static final String DELETE = "delete";
    static final List<String> ALL = List.of(START, STOP, HIBERNATE, RESUME, REMOTE_RESTART, DELETE);

    private Kinds() {}
}
