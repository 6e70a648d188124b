package org.serai.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a disk holds: for each slot the round, from 1, of its last write that was flushed, 0 for none.
 *
 * @param rounds the rounds that are flushed
 * @param slots the round of each slot
 * @param underWay the slots of the round that is under way
 */
record DiskContent(int rounds, int[] slots, int[] underWay) {
    /** Not a part of an extent, so that some slots lie in two. */
    static final int SLOT_BYTES = 48 << 10;

    static final int SLOTS = 800;
    private static final int PATTERNS = 250;

    static DiskContent empty() {
        return new DiskContent(0, new int[SLOTS], new int[0]);
    }

    DiskContent beginning(int[] slotsOfRound) {
        return new DiskContent(rounds, slots, slotsOfRound);
    }

    DiskContent flushed() {
        int[] now = slots.clone();
        Arrays.stream(underWay).forEach(slot -> now[slot] = round());
        return new DiskContent(rounds + 1, now, new int[0]);
    }

    /** The round that is under way, or the next one. */
    int round() {
        return rounds + 1;
    }

    static int pattern(int round) {
        return round == 0 ? 0 : 1 + (round - 1) % PATTERNS;
    }

    /** What a slot may hold: what was flushed last, and what is under way. */
    Set<Integer> possible(int slot) {
        boolean unsure = Arrays.stream(underWay).anyMatch(each -> each == slot);
        return unsure ? Set.of(slots[slot], round()) : Set.of(slots[slot]);
    }

    /** What a slot may hold if the disk was caught at some moment between this and something later. */
    IntFunction<Set<Integer>> until(DiskContent later) {
        return slot -> {
            boolean unsure =
                    later.possible(slot).size() > 1 || possible(slot).size() > 1 || later.slots[slot] != slots[slot];
            Set<Integer> found = IntStream.rangeClosed(rounds + 1, unsure ? later.round() : rounds)
                    .boxed()
                    .collect(Collectors.toSet());
            found.add(slots[slot]);
            return found;
        };
    }

    /** Reads a disk by iSCSI, and fails unless it holds this, and zeros behind it. */
    void assertOn(String url, Path scratch) throws IOException, InterruptedException {
        assertOn(url, scratch, this::possible);
    }

    /** As {@link #assertOn(String, Path)}, by a client that is started with these words before its own. */
    void assertOn(List<String> within, String url, Path scratch) throws IOException, InterruptedException {
        assertOn(within, url, scratch, this::possible);
    }

    /** As {@link #assertOn(String, Path)}, with the rounds that each slot may show. */
    static void assertOn(String url, Path scratch, IntFunction<Set<Integer>> possible)
            throws IOException, InterruptedException {
        assertOn(List.of(), url, scratch, possible);
    }

    private static void assertOn(List<String> within, String url, Path scratch, IntFunction<Set<Integer>> possible)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(within);
        command.addAll(List.of("qemu-img", "convert", "-O", "raw", "-f", "raw", url, scratch.toString()));
        Process copy = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(copy.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(copy.waitFor()).as(said).isZero();
        byte[] bytes = Files.readAllBytes(scratch);
        Files.delete(scratch);
        for (int slot = 0; slot < SLOTS; slot++) {
            Set<Integer> allowed =
                    possible.apply(slot).stream().map(DiskContent::pattern).collect(Collectors.toSet());
            int end = (slot + 1) * SLOT_BYTES;
            for (int i = slot * SLOT_BYTES; i < end; i++) {
                int is = bytes[i] & 0xff;
                if (!allowed.contains(is)) {
                    throw new AssertionError("%s holds %d at %d (slot %d), but %s was written there"
                            .formatted(url, is, i, slot, allowed));
                }
            }
        }
        assertThat(IntStream.range(SLOTS * SLOT_BYTES, bytes.length).filter(i -> bytes[i] != 0))
                .as("what was never written")
                .isEmpty();
    }
}
