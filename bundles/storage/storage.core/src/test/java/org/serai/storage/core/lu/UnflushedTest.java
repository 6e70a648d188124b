package org.serai.storage.core.lu;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.serai.storage.Range;
import org.serai.storage.spi.Discards;
import org.serai.storage.spi.LuStore;

class UnflushedTest {
    private static final int SIZE = 1024 * 1024;
    private static final int CHUNKS = 3;

    /** A store whose content can be looked at. */
    private record Memory(byte[] content) implements LuStore, Discards {
        @Override
        public long sizeBytes() {
            return content.length;
        }

        @Override
        public void read(long offset, ByteBuffer into) {
            into.put(content, (int) offset, into.remaining());
        }

        @Override
        public int write(long offset, ByteBuffer from) {
            assertThat(List.of(offset % 512, from.remaining() % 512L)).containsOnly(0L);
            from.get(content, (int) offset, from.remaining());
            return 0;
        }

        @Override
        public void discard(long offset, long length) {
            writeZeroes(offset, length, true);
        }

        @Override
        public void writeZeroes(long offset, long length, boolean giveBack) {
            Arrays.fill(content, (int) offset, (int) (offset + length), (byte) 0);
        }

        @Override
        public Range rangeAt(long offset) {
            return new Range(offset, content.length - offset, true);
        }

        @Override
        public void flush() {
            // it has nothing to flush
        }

        @Override
        public long usedBytes() {
            return content.length;
        }

        @Override
        public void close() {
            // nor to close
        }

        @Override
        public void abandon() {
            // as with close
        }
    }

    /** One thing that is done to the LU. */
    record Step(String what, int offset, int length, int value) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Step> step = Combinators.combine(
                        Arbitraries.of("write", "write", "atomic", "zero", "discard", "flush", "failed flush"),
                        Arbitraries.integers().between(0, SIZE / 512 - 1),
                        Arbitraries.frequencyOf(
                                Tuple.of(9, Arbitraries.integers().between(1, 64)),
                                Tuple.of(1, Arbitraries.integers().between(1, 2048))),
                        Arbitraries.integers().between(1, 127))
                .as((what, block, blocks, value) ->
                        new Step(what, block * 512, Math.min(SIZE - block * 512, blocks * 512), value));
        return step.list().ofMaxSize(60);
    }

    @Property(tries = 300)
    void whatIsMissingAfterALossIsDoneAgainOrKnown(@ForAll("steps") List<Step> steps) {
        ChunkMemory shared = new ChunkMemory(CHUNKS);
        Unflushed unflushed = new Unflushed(shared, CHUNKS);
        Memory live = new Memory(new byte[SIZE]);
        byte[] durable = new byte[SIZE];
        for (Step step : steps) {
            if (step.what().endsWith("flush")) {
                long begun = unflushed.flushing();
                if (step.what().equals("flush")) {
                    durable = live.content().clone();
                    unflushed.flushed(begun);
                }
            } else {
                change(live, unflushed, step);
            }
        }
        Memory anew = new Memory(durable);
        unflushed.doAgain(anew, () -> {});
        if (unflushed.isComplete()) {
            assertThat(Arrays.equals(anew.content(), live.content())).isTrue();
        }
        assertThat(unflushed.isComplete())
                .as("as much as fits is kept")
                .matches(complete -> complete || bytesSinceFlush(steps) > (CHUNKS - 1) * ChunkMemory.CHUNK_BYTES / 2);
        unflushed.forget();
        assertThat(unflushed.isComplete()).isTrue();
        assertThat(taken(shared)).isEqualTo(CHUNKS);
    }

    private static void change(Memory live, Unflushed unflushed, Step step) {
        switch (step.what()) {
            case "zero" -> {
                live.writeZeroes(step.offset(), step.length(), false);
                unflushed.zeroed(step.offset(), step.length(), false);
            }
            case "discard" -> {
                live.discard(step.offset(), step.length());
                unflushed.discarded(step.offset(), step.length());
            }
            default -> {
                // The buffer begins elsewhere than its content does.
                ByteBuffer data = ByteBuffer.allocate(step.length() + 7).position(7);
                Arrays.fill(data.array(), (byte) step.value());
                live.write(step.offset(), data);
                unflushed.wrote(step.offset(), data, 7, step.what().equals("atomic"));
            }
        }
    }

    /** What was written since the last flush that succeeded; each flush begins another chunk. */
    private static long bytesSinceFlush(List<Step> steps) {
        long bytes = 0;
        for (Step step : steps) {
            bytes = switch (step.what()) {
                case "flush" -> 0;
                case "failed flush" -> bytes + ChunkMemory.CHUNK_BYTES;
                case "zero", "discard" -> bytes + 24;
                default -> bytes + step.length() + 24;
            };
        }
        return bytes;
    }

    private static int taken(ChunkMemory shared) {
        int taken = 0;
        while (shared.take().isPresent()) {
            taken++;
        }
        return taken;
    }
}
