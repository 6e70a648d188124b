package org.serai.partition.core.image;

import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.serai.storage.OpenLu;

/** An image in an LU that this node holds. */
public final class Image implements AutoCloseable {
    private final OpenLu lu;
    private final Optional<LoadedBytes> loaded;
    private final Runnable onClose;

    /** In that LU. */
    public Image(OpenLu lu) {
        this.lu = lu;
        this.loaded = Optional.empty();
        this.onClose = () -> {};
    }

    Image(OpenLu lu, LoadedBytes loaded, Runnable onClose) {
        this.lu = lu;
        this.loaded = Optional.of(loaded);
        this.onClose = onClose;
    }

    /** Whether it is read only once. */
    boolean isInMemory() {
        return loaded.isPresent();
    }

    /** What has been verified of an image. */
    public record Verified(ImageHeader header, ImageSummary summary) {}

    /** Reads all of it; {@link org.serai.partition.PartitionError#IMAGE_CORRUPT} with the first thing that is wrong. */
    public Verified verify() {
        ImageReader reader = new ImageReader(bytes());
        ImageHeader header = reader.header();
        for (ImageReader.Chunk chunk = reader.next(); chunk != ImageReader.Chunk.NONE; chunk = reader.next()) {
            // Reading a chunk compares its checksum; its content is of no interest yet.
        }
        return new Verified(header, reader.trailer());
    }

    /** The captured state; the channel fails where the image is no longer as it was verified. Close it after use. */
    public ReadableByteChannel state(Executor workers) {
        return new StateChannel(bytes(), workers);
    }

    private ImageBytes bytes() {
        return loaded.map(LoadedBytes::fromBegin).orElseGet(() -> new StreamedBytes(lu));
    }

    /** Makes sure that what is in the LU can never be taken for an image. */
    public void spoil() {
        lu.write(0, ByteBuffer.allocateDirect(OpenLu.BLOCK_BYTES));
        lu.flush();
    }

    /** Gives its memory back; the LU stays open. */
    @Override
    public void close() {
        loaded.ifPresent(LoadedBytes::close);
        onClose.run();
    }
}
