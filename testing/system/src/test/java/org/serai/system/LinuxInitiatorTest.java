package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.serai.launcher.nodes.NodeProcess;

/** Two Linux hosts with the kernel's iSCSI initiator, multipath and Debian's tools, at the LUs of two nodes. */
class LinuxInitiatorTest {
    private static final String A = "linux-a";
    private static final String B = "linux-b";
    private static final long MIB = 1 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(300);
    private static final int RESERVATION_CONFLICT = 24;
    private static final int MISCOMPARE = 14;

    /** What a kernel says of a disk that breaks the rules, or that loses what it was given. */
    private static final Pattern COMPLAINT = Pattern.compile(
            "(?i)sense key|add\\. sense|I/O error|unexpected|EXT4-fs (error|warning)|assuming drive cache|timing out|conn error"
                    + "|failed|invalid|unsupported|blocked for more than|offline");

    /** The same where paths come and go on purpose: what must not get beyond multipath. */
    private static final Pattern LOSS =
            Pattern.compile("(?i)I/O error.* dev dm-|EXT4-fs (error|warning)|unexpected|blocked for more than");

    /** Writes and verifies blocks of all sizes of a file that is opened without the guest's cache. */
    private static final String FIO =
            "fio --name=verified --rw=randwrite --bsrange=4k-128k --direct=1 --ioengine=libaio"
                    + " --iodepth=16 --verify=crc32c --verify_fatal=1 --do_verify=1 --size=6m --minimal --directory=";

    @RegisterExtension
    static final Site SITE = new Site();

    private static NodeProcess a;
    private static NodeProcess b;
    private static LinuxHost one;
    private static LinuxHost two;

    @BeforeAll
    static void twoNodesAndTwoHosts() {
        List<NodeProcess> nodes = SITE.cluster(A, B);
        a = nodes.getFirst();
        b = nodes.getLast();
        one = LinuxHost.boot(SITE.folder(), "one");
        two = LinuxHost.boot(SITE.folder(), "two");
        one.ready();
        two.ready();
    }

    @AfterAll
    static void switchOff() {
        one.close();
        two.close();
    }

    /** Makes an LU that node a exports, and returns the URL. */
    private static String exported(String lu) {
        a.exec("lu:create " + lu + " --pool pool1 --client acme --size 128M");
        return a.json("lu:export " + lu + " --initiator any").path("url").asText();
    }

    /** Node b exports the LU too; returns its URL when node a, which is asked for the paths, knows it. */
    private static String joined(String lu) {
        String url = b.json("lu:export " + lu).path("url").asText();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(target(lu, B).path("urls")).isNotEmpty());
        return url;
    }

    private static String id(String lu) {
        return a.json("lu:info " + lu).path("id").asText();
    }

    private static long usedBytes(String lu) {
        return a.json("lu:info " + lu).path("used_bytes").asLong();
    }

    private static void assertNoComplaint(LinuxHost host) {
        assertThat(host.kernelLog())
                .anyMatch(line -> line.contains("Attached SCSI disk"))
                .noneMatch(line -> COMPLAINT.matcher(line).find());
    }

    /** The hosts do not wait for each other. */
    @Test
    void oneHostHasAFileSystemWhileTheOtherUsesTools() {
        var tools = CompletableFuture.runAsync(
                LinuxInitiatorTest::theToolsUnderstandWhatADiskTellsAndItDoesWhatTheyAsk,
                task -> Thread.ofPlatform().name("tools").start(task));
        aFileSystemKeepsWhatIsWrittenAndGivesBackWhatIsDeleted();
        tools.join();
    }

    private static void aFileSystemKeepsWhatIsWrittenAndGivesBackWhatIsDeleted() {
        one.kernelLog();
        one.logIn(exported("files"));
        String disk = LinuxHost.multipath(id("files"));
        one.run("mkfs.ext4 -q -b 4096 " + disk + " && mkdir -p /mnt/files && mount " + disk + " /mnt/files");
        one.run("mkdir /mnt/files/many && cd /mnt/files/many && for n in $(seq 1 40); do"
                + " dd if=/dev/urandom of=$n bs=$((n * 997)) count=5 2> /dev/null; done && sha256sum * > /tmp/sums");
        one.run(FIO + "/mnt/files");
        one.run("dd if=/dev/urandom of=/mnt/files/large bs=1M count=20 && sha256sum /mnt/files/large > /tmp/large");
        one.run("umount /mnt/files && e2fsck -fn " + disk + " && echo 3 > /proc/sys/vm/drop_caches");
        one.run("mount " + disk
                + " /mnt/files && cd /mnt/files/many && sha256sum -c /tmp/sums && sha256sum -c /tmp/large");

        long before = usedBytes("files");
        assertThat(before).isGreaterThan(25 * MIB);
        one.run("rm /mnt/files/large && sync && fstrim -v /mnt/files");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(usedBytes("files")).isLessThanOrEqualTo(before - 17 * MIB));
        one.run("cd /mnt/files/many && sha256sum -c /tmp/sums && cd / && umount /mnt/files && blkdiscard " + disk);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(usedBytes("files")).isZero());
        one.run("cmp -s -n 1000000 " + disk + " /dev/zero");
        assertNoComplaint(one);
    }

    private static void theToolsUnderstandWhatADiskTellsAndItDoesWhatTheyAsk() {
        two.kernelLog();
        String url = exported("tools");
        two.logIn(url);
        two.run("disk=" + LinuxHost.disk(url) + " && ln -s $(readlink -f $disk) /dev/tools");
        for (String command : List.of(
                "sg_vpd -a",
                "sg_opcodes -a",
                "sg_modes -a",
                "sg_logs -a",
                "sg_luns",
                "sg_requests",
                "sg_rtpg -d",
                "sg_rtpg -e -d",
                "sg_stpg --optimized",
                "sg_reassign -g",
                "sg_senddiag -t",
                "sg_copy_results -p",
                "sg_sync",
                "sg_verify --lba=0 --count=1024")) {
            two.run(command + " /dev/tools");
        }
        assertThat(two.run("sg_readcap -l /dev/tools")).contains("lbpme=1, lbprz=1", "128.0 MiB");
        two.run("dd if=/dev/urandom of=/tmp/a bs=512 count=4096");
        two.run("sg_dd if=/tmp/a of=/dev/tools blk_sgio=1 bs=512 count=4096");
        two.run("sg_xcopy if=/dev/tools of=/dev/tools bs=512 count=4096 seek=20000");
        assertThat(holds("/dev/tools", 20000, "/tmp/a")).isTrue();
        String other = exported("copied");
        two.logIn(other);
        two.run("sg_xcopy if=/dev/tools of=" + LinuxHost.disk(other) + " bs=512 count=4096 skip=20000 seek=8");
        assertThat(holds(LinuxHost.disk(other), 8, "/tmp/a")).isTrue();
        two.run("head -c 512 /tmp/a > /tmp/pair && head -c 512 /dev/zero >> /tmp/pair");
        String compare = "sg_compare_and_write --in=/tmp/pair --lba=0 --num=1 --xferlen=1024 /dev/tools";
        two.run(compare);
        assertThat(two.tried(compare).status()).isEqualTo(MISCOMPARE);
        two.run("sg_unmap --lba=16384 --num=16384 /dev/tools");
        assertThat(two.run("sg_get_lba_status --lba=16384 /dev/tools")).contains("deallocated");
        two.run("sg_sanitize --block --quick --wait /dev/tools && head -c 2097152 /dev/zero > /tmp/zeros");
        assertThat(holds("/dev/tools", 0, "/tmp/zeros")).isTrue();
        assertThat(holds("/dev/tools", 20000, "/tmp/zeros")).isTrue();
        assertNoComplaint(two);
    }

    /** Whether a disk, read past the host's cache, holds 4096 blocks that are those of a file. */
    private static boolean holds(String disk, int lba, String file) {
        two.run("sg_dd if=" + disk + " blk_sgio=1 of=/tmp/read bs=512 skip=" + lba + " count=4096");
        return two.tried("cmp -s /tmp/read " + file).status() == 0;
    }

    @Test
    void whatOneHostReservesTheOtherCannotWriteUntilItPreempts() {
        String url = exported("shared");
        String disk = LinuxHost.disk(url);
        String register = "sg_persist --out --register --param-rk=0 --param-sark=%s " + disk;
        String write = "dd if=/dev/urandom of=" + disk + " bs=4096 count=1 conv=fsync";
        one.logIn(url);
        two.logIn(url);
        one.run(register.formatted("0x1111"));
        one.run("sg_persist --out --reserve --param-rk=0x1111 --prout-type=5 " + disk);
        one.run(write);
        assertThat(two.run("sg_persist --read-reservation " + disk))
                .contains("Key=0x1111", "Write Exclusive, registrants only");
        assertThat(two.tried(write).status()).isNotZero();
        two.run("dd if=" + disk + " of=/dev/null bs=4096 count=1 iflag=direct");
        assertThat(two.tried("sg_persist --out --release --param-rk=0x1111 --prout-type=5 " + disk)
                        .status())
                .isEqualTo(RESERVATION_CONFLICT);

        two.run(register.formatted("0x2222"));
        two.run(write);
        two.run("sg_persist --out --preempt --param-rk=0x2222 --param-sark=0x1111 --prout-type=5 " + disk);
        // takes the unit attention of the preemption, if multipath's look at the path has not taken it yet
        one.tried("sg_turs " + disk);
        assertThat(one.run("sg_persist --read-full-status " + disk)).contains("Key=0x2222", "example:two");
        assertThat(one.tried(write).status()).isNotZero();
        two.run(write);

        two.run("sg_persist --out --release --param-rk=0x2222 --prout-type=5 " + disk);
        two.run("sg_persist --out --register --param-rk=0x2222 --param-sark=0 " + disk);
        assertThat(one.run("sg_persist --read-keys " + disk)).contains("there are NO registered reservation keys");
        one.run(write);
    }

    @Test
    void whatMultipathReservesIsReservedOnEachOfItsPaths() {
        String url = exported("clustered");
        String other = joined("clustered");
        one.logIn(url);
        String disk = LinuxHost.multipath(id("clustered"));
        bothPaths(disk);
        String write = "dd if=/dev/urandom bs=4096 count=1 oflag=direct of=";
        one.run("mpathpersist --out --register --param-sark=0x3333 " + disk);
        one.run("mpathpersist --out --reserve --param-rk=0x3333 --prout-type=5 " + disk);
        assertThat(one.run("mpathpersist --in --read-keys " + disk + " | grep -c 0x3333"))
                .as("registrations")
                .isEqualTo("2");
        assertThat(one.run("mpathpersist --in --read-reservation " + disk))
                .contains("0x3333", "Write Exclusive, registrants only");
        two.logIn(url);
        two.run("[ -b " + LinuxHost.disk(url) + " ] && [ -b " + LinuxHost.disk(other) + " ]");
        one.run(write + disk);
        assertThat(two.tried(write + LinuxHost.disk(url)).status()).isNotZero();

        b.exec("target:activate clustered --node " + B);
        one.run(write + disk);
        assertThat(two.tried(write + LinuxHost.disk(other)).status()).isNotZero();

        one.run("mpathpersist --out --release --param-rk=0x3333 --prout-type=5 " + disk);
        one.run("mpathpersist --out --register --param-rk=0x3333 --param-sark=0 " + disk);
        assertThat(one.tried("mpathpersist --in --read-keys " + disk + " | grep -c 0x3333")
                        .lines())
                .isEqualTo(List.of("0"));
        two.run(write + LinuxHost.disk(other));
    }

    /** Until multipath sees one active path and one that is standby. */
    private static void bothPaths(String disk) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(one.run("multipath -ll " + disk))
                        .contains("hwhandler='1 alua'", "prio=50 status=active", "prio=1 status=enabled"));
    }

    @Test
    void aFileSystemGoesOnWhileTheLuMovesAndWhileANodeDies() throws Exception {
        one.kernelLog();
        String url = exported("moving");
        joined("moving");
        one.logIn(url);
        String disk = LinuxHost.multipath(id("moving"));
        bothPaths(disk);
        one.run("mkfs.ext4 -q -b 4096 " + disk + " && mkdir -p /mnt/moving && mount " + disk + " /mnt/moving");
        one.run("(while [ ! -e /tmp/stop ] && " + FIO + "/mnt/moving; do echo >> /tmp/rounds; done; echo $? > /tmp/end)"
                + " > /tmp/fio 2>&1 &");
        goesOn();

        b.exec("target:activate moving --node " + B);
        goesOn();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(state(A)).isEqualTo("standby"));

        new ProcessBuilder("kill", "-KILL", b.status().path("pid").asText())
                .inheritIO()
                .start()
                .waitFor();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(state(A)).isEqualTo("active"));
        goesOn();

        b.start();
        await("multipath asks for its preferred path by SET TARGET PORT GROUPS")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(state(B)).isEqualTo("active"));
        goesOn();

        one.run("touch /tmp/stop");
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(one.tried("cat /tmp/end").lines()).isEqualTo(List.of("0")));
        one.run("umount /mnt/moving && e2fsck -fn " + disk);
        assertThat(one.kernelLog()).noneMatch(line -> LOSS.matcher(line).find());
    }

    /** Until two more rounds of writing and verifying are over, of which one began after this. */
    private static void goesOn() {
        int wanted = rounds() + 2;
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(rounds()).as(() -> one.run("cat /tmp/fio")).isGreaterThanOrEqualTo(wanted);
        });
    }

    private static int rounds() {
        return Integer.parseInt(
                one.run("touch /tmp/rounds; wc -l < /tmp/rounds").strip());
    }

    /** The state of a node's path, as node a tells it. */
    private static String state(String node) {
        return target("moving", node).path("state").asText();
    }

    /** A node's path to an LU, as node a tells it; missing if it knows none. */
    private static JsonNode target(String lu, String node) {
        for (JsonNode target : a.json("target:list")) {
            if (target.path("node").asText().equals(node)
                    && target.path("lu").asText().equals(lu)) {
                return target;
            }
        }
        return MissingNode.getInstance();
    }
}
