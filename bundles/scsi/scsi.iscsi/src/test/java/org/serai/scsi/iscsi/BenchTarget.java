package org.serai.scsi.iscsi;

import java.util.concurrent.CountDownLatch;

/** Serves a memory LU until it is killed, for measurements: prints the URL. */
final class BenchTarget {
    private BenchTarget() {}

    public static void main(String[] args) throws InterruptedException {
        TestNode node = new TestNode();
        var export = node.toAny("bench", new MemoryLu(Integer.parseInt(args[0]) << 20));
        System.out.println(export.urls().getFirst());
        new CountDownLatch(1).await();
    }
}
