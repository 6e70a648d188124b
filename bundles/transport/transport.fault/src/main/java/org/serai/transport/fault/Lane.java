package org.serai.transport.fault;

import java.util.ArrayDeque;

/** Messages between this node and another one, one way: what is delayed holds up what follows it. */
final class Lane {
    private final Faults faults;
    private final ArrayDeque<Passage> waiting = new ArrayDeque<>();

    Lane(Faults faults) {
        this.faults = faults;
    }

    /** A message whose time has come or not. */
    private static final class Passage {
        private final Runnable message;
        private boolean due;

        Passage(Runnable message, boolean due) {
            this.message = message;
            this.due = due;
        }
    }

    /** Lets a message pass as its fate says. Those that are in order pass one at a time. */
    synchronized void pass(Faults.Fate fate, Runnable message) {
        for (int copy = 0; copy < fate.copies(); copy++) {
            if (fate.reorderMs() > 0) {
                faults.after(fate.reorderMs() + fate.delayMs(), message);
            } else {
                Passage passage = new Passage(message, fate.delayMs() == 0);
                waiting.add(passage);
                if (!passage.due) {
                    faults.after(fate.delayMs(), () -> open(passage));
                }
            }
        }
        drain();
    }

    private synchronized void open(Passage passage) {
        passage.due = true;
        drain();
    }

    private void drain() {
        while (!waiting.isEmpty() && waiting.getFirst().due) {
            waiting.removeFirst().message.run();
        }
    }
}
