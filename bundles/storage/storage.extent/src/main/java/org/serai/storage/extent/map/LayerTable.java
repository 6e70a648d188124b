package org.serai.storage.extent.map;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.serai.storage.StorageError;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.extent.pv.Pv;

/**
 * The layers of an LU, in the order of their numbers. Two copies say the same: the second is written when the first is
 * durable, so that a page damaged at rest never brings a dropped layer back.
 *
 * @param generation rises with every write
 * @param next the next layer's number
 * @param layers the layers
 */
public record LayerTable(long generation, int next, List<Layer> layers) {
    /** Pages of a copy at most. */
    static final int PAGES = 7;
    /** Where the first copy begins in the root; the second one follows it. */
    public static final long OFFSET = LuShape.TWIN;

    private static final int PREFACE = 96;
    private static final int IN_PAGE = (Pages.PAYLOAD - PREFACE) / Layer.BYTES;
    private static final int MAX_LAYERS = PAGES * IN_PAGE;

    /** Copies the layers. */
    public LayerTable {
        layers = List.copyOf(layers);
    }

    /** The table of a new LU. */
    public static LayerTable of(Layer first) {
        return new LayerTable(1, first.number() + 1, List.of(first));
    }

    /**
     * A table as it was read.
     *
     * @param table the newer intact copy
     * @param intactCopies how many copies say this
     */
    public record Found(LayerTable table, int intactCopies) {}

    /** The layer that is written. */
    public Layer top() {
        return layers.stream()
                .filter(layer -> layer.state() == Layer.State.TOP)
                .findFirst()
                .orElseThrow();
    }

    /** The layer with a number, if it is there still. */
    public Optional<Layer> byNumber(int number) {
        return layers.stream().filter(layer -> layer.number() == number).findFirst();
    }

    /** The snapshot of that id that is not dropped. */
    public Optional<Layer> snapshot(UUID id) {
        return layers.stream()
                .filter(layer ->
                        layer.state() == Layer.State.SNAPSHOT && layer.id().equals(id))
                .findFirst();
    }

    /** The layers right above another one. */
    public List<Layer> children(Layer of) {
        return layers.stream().filter(layer -> layer.parent() == of.number()).toList();
    }

    /** A layer and all below it in this LU, uppermost first. */
    public List<Layer> downFrom(Layer layer) {
        List<Layer> found = new ArrayList<>();
        for (Optional<Layer> at = Optional.of(layer);
                at.isPresent();
                at = byNumber(at.get().parent())) {
            found.add(at.get());
        }
        return found;
    }

    /** With a layer replaced by its changed self. */
    public LayerTable with(Layer changed) {
        return new LayerTable(
                generation + 1,
                next,
                layers.stream()
                        .map(layer -> layer.number() == changed.number() ? changed : layer)
                        .toList());
    }

    /** Fails if there is no room for one more layer. */
    public void requireRoom() {
        if (layers.size() >= MAX_LAYERS) {
            throw StorageError.NOT_SUPPORTED.error(
                    "The LU has " + layers.size() + " snapshots and states between them",
                    "driver extent keeps no more than " + MAX_LAYERS,
                    "delete snapshots that nobody needs");
        }
    }

    /** With one more layer, the new top. */
    public LayerTable plus(Layer added) {
        List<Layer> more = new ArrayList<>(layers);
        more.add(added);
        return new LayerTable(generation + 1, added.number() + 1, more);
    }

    /** The table without a layer, whose children are over what it was over. */
    public LayerTable without(Layer gone) {
        return new LayerTable(
                generation + 1,
                next,
                layers.stream().filter(layer -> layer.number() != gone.number()).toList());
    }

    private int pages() {
        return Math.max(1, Math.ceilDiv(layers.size(), IN_PAGE));
    }

    /** Puts the table into sealed pages. */
    public ByteBuffer encode(UUID lu, long epoch) {
        ByteBuffer pages = Pages.allocate(pages());
        for (int page = 0; page < pages(); page++) {
            int at = page * Pages.BYTES;
            pages.putInt(at + Pages.HEAD, layers.size());
            pages.putInt(at + Pages.HEAD + 4, next);
            for (int i = 0; i < IN_PAGE && page * IN_PAGE + i < layers.size(); i++) {
                layers.get(page * IN_PAGE + i).encode(pages, at + Pages.HEAD + PREFACE + i * Layer.BYTES);
            }
            Pages.seal(pages, at, Pages.Kind.TABLE, lu, page, generation, epoch);
        }
        return pages;
    }

    /** Makes one copy durable, then the other. */
    public void write(Pv pv, long rootOffset, UUID lu, long epoch) throws IOException {
        ByteBuffer pages = encode(lu, epoch);
        for (int copy = 0; copy < 2; copy++) {
            int incarnation = pv.incarnation();
            pv.file().writePages(pages.duplicate(), rootOffset + OFFSET + (long) copy * PAGES * Pages.BYTES);
            pv.sync(incarnation);
        }
    }

    /** Reads the newer intact copy; empty if there is none. */
    public static Optional<Found> read(Pv pv, long rootOffset, UUID lu) throws IOException {
        ByteBuffer both = Pages.allocate(2 * PAGES);
        pv.file().readPages(both.duplicate(), rootOffset + OFFSET);
        Optional<LayerTable> first = decode(both, 0, lu);
        Optional<LayerTable> second = decode(both, PAGES * Pages.BYTES, lu);
        if (first.isEmpty() || second.isEmpty()) {
            return first.or(() -> second).map(table -> new Found(table, 1));
        }
        LayerTable newer = first.get().generation >= second.get().generation ? first.get() : second.get();
        return Optional.of(new Found(newer, first.get().generation == second.get().generation ? 2 : 1));
    }

    /** The copy of which only the first page is at {@code at}; empty unless it is intact and has no other page. */
    public static Optional<LayerTable> ofOnePage(ByteBuffer from, int at, UUID lu) {
        return from.getInt(at + Pages.HEAD) <= IN_PAGE ? decode(from, at, lu) : Optional.empty();
    }

    private static Optional<LayerTable> decode(ByteBuffer from, int copy, UUID lu) {
        if (Pages.examine(from, copy, Pages.Kind.TABLE, lu, 0) != Pages.Found.VALID) {
            return Optional.empty();
        }
        int count = from.getInt(copy + Pages.HEAD);
        long generation = Pages.generation(from, copy);
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int page = copy + i / IN_PAGE * Pages.BYTES;
            boolean sound = i % IN_PAGE != 0
                    || Pages.examine(from, page, Pages.Kind.TABLE, lu, i / IN_PAGE) == Pages.Found.VALID
                            && Pages.generation(from, page) == generation;
            if (!sound) {
                return Optional.empty();
            }
            layers.add(Layer.decode(from, page + Pages.HEAD + PREFACE + i % IN_PAGE * Layer.BYTES));
        }
        return Optional.of(new LayerTable(generation, from.getInt(copy + Pages.HEAD + 4), layers));
    }
}
