package org.serai.storage.extent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.serai.storage.extent.data.BlockSums;
import org.serai.storage.extent.data.SumPage;
import org.serai.storage.extent.io.BlockFile;
import org.serai.storage.extent.io.PageMemory;
import org.serai.storage.extent.lu.LuHeader;
import org.serai.storage.extent.map.Layer;
import org.serai.storage.extent.map.LayerTable;
import org.serai.storage.extent.map.LuPages;
import org.serai.storage.extent.pv.Geometry;
import org.serai.storage.extent.pv.Pages;
import org.serai.storage.extent.pv.Superblock;
import org.serai.storage.extent.space.ExtentAddress;

/** The pages of an LU are byte for byte what {@code docs/format.md} says. */
class FormatTest {
    private static final UUID LU = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");

    private static String vectors(String page) throws IOException {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("docs/format.md"))) {
            folder = folder.getParent();
        }
        return Files.readAllLines(folder.resolve("docs/format.md")).stream()
                .filter(line -> line.startsWith("| " + page))
                .reduce((_, last) -> last)
                .orElseThrow();
    }

    private static void requireAs(String line, ByteBuffer page, int... payloadAt) {
        Matcher cells = Pattern.compile("`([0-9a-f ]+)`").matcher(line);
        for (int at : payloadAt) {
            assertThat(cells.find()).isTrue();
            byte[] expected = HexFormat.of().parseHex(cells.group(1).replace(" ", ""));
            byte[] found = new byte[expected.length];
            page.get(Pages.HEAD + at, found);
            assertThat(HexFormat.of().formatHex(found))
                    .as("payload from %d", at)
                    .isEqualTo(HexFormat.of().formatHex(expected));
        }
        assertThat(cells.find()).isTrue();
        assertThat(HexFormat.of().toHexDigits(page.getInt(48))).as("CRC32C").isEqualTo(cells.group(1));
    }

    @Test
    void theSuperblock() throws IOException {
        BitSet members = new BitSet();
        members.set(0);
        members.set(2);
        Geometry geometry = Geometry.of(1 << 30, 1 << 18, false, true);
        Superblock superblock =
                new Superblock(LU, "pool1", new UUID(0, 1), 0, true, Superblock.State.READY, 7, members, geometry, 1);
        MemoryFiles files = new MemoryFiles();
        Path path = Path.of("/memory/pv");
        files.make(path, 1 << 30);
        ByteBuffer page = Pages.allocate(1);
        try (BlockFile file = files.open(path)) {
            superblock.write(file);
            file.readPages(page.duplicate(), 0);
            assertThat(Superblock.read(file)).contains(superblock);
        }
        requireAs(vectors("superblock"), page, 0, 356, 2016);
        assertThat(superblock.without(2).lost()).isEqualTo(2);
        assertThat(superblock.without(2).members().cardinality()).isEqualTo(1);
    }

    @Test
    void theHeader() throws IOException {
        LuHeader.Counts counts = new LuHeader.Counts(10, 2, 9, 4, 7, 11);
        ByteBuffer page = Pages.allocate(1);
        new LuHeader(LU, true, 3, 5, 0, 2, LuHeader.State.OPEN, counts, 6).encode(page, 0);
        requireAs(vectors("header of LU"), page, 0);
        assertThat(HexFormat.of().formatHex(bytes(page, 0, 48)))
                .isEqualTo("5345524149480002" + "00112233445566778899aabbccddeeff" + "0000000000000000"
                        + "0000000000000005" + "0000000000000003");
    }

    @Test
    void theLayerTable() throws IOException {
        Layer snapshot = new Layer(
                1, 0, new UUID(0, 1), Layer.State.SNAPSHOT, 1 << 20, 0, ExtentAddress.of(0, 1), 4, 0, Layer.NO_ID, 0);
        Layer top = Layer.over(snapshot, 2, ExtentAddress.of(1, 16), 4, 0);
        ByteBuffer page = new LayerTable(6, 3, List.of(snapshot, top)).encode(LU, 3);
        requireAs(vectors("table of that LU"), page, 0, 96);
        assertThat(Layer.decode(page, Pages.HEAD + 96 + Layer.BYTES)).isEqualTo(top);
    }

    @Test
    void aPageOfTheMap() throws IOException {
        ByteBuffer page = Pages.allocate(1);
        page.putLong(Pages.HEAD, ExtentAddress.of(0, 0));
        page.putLong(Pages.HEAD + 8, ExtentAddress.ZERO);
        page.putLong(Pages.HEAD + 16, ExtentAddress.of(258, 4660));
        Pages.seal(page, 0, Pages.Kind.LEAF, LU, LuPages.index(2, 3), 1, 3);
        requireAs(vectors("map page 3"), page, 0);
        assertThat(page.getLong(24)).isEqualTo(0x0000_0002_0000_0003L);
    }

    @Test
    void theChecksumsOfAnExtent() throws IOException {
        ByteBuffer page = Pages.allocate(1);
        new SumPage(true, 2, new int[] {0x01020304, 0x0a0b0c0d}).encode(page, LU, 7, 3);
        requireAs(vectors("sum page"), page, 0);
        ByteBuffer zeros = PageMemory.zeros().duplicate();
        assertThat(HexFormat.of().toHexDigits(new BlockSums().of(zeros, 0))).isEqualTo("98f94189");
    }

    private static byte[] bytes(ByteBuffer page, int at, int length) {
        byte[] found = new byte[length];
        page.get(at, found);
        return found;
    }
}
