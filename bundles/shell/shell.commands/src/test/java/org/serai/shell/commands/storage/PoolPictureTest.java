package org.serai.shell.commands.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.serai.storage.PoolUpkeep.Part;
import org.serai.storage.PoolUpkeep.PvMap;
import org.serai.storage.Pv;
import org.serai.storage.TierName;

class PoolPictureTest {
    private static final UUID SMALL = new UUID(0, 1);
    private static final UUID LARGE = new UUID(0, 2);

    private static PvMap pv(String path, long sizeBytes, boolean present, Part... parts) {
        long used = List.of(parts).stream().mapToLong(Part::length).sum();
        Pv pv = new Pv(
                UUID.randomUUID(),
                path,
                UUID.randomUUID(),
                "pool1",
                0,
                sizeBytes,
                sizeBytes,
                used,
                present,
                Pv.State.ONLINE,
                List.of());
        return new PvMap(pv, List.of(parts));
    }

    private static Part part(long offset, long length, UUID lu, String name) {
        return new Part(offset, length, lu, Optional.of(name), Optional.of(TierName.defaultOf("pool1")));
    }

    @Test
    void eachCellShowsWhoHasMostOfIt() {
        String picture = new PoolPicture(
                        List.of(
                                pv("/pv1", 72, true, part(0, 18, LARGE, "large"), part(36, 9, SMALL, "small")),
                                pv("/pv2", 18, false, part(0, 1, LARGE, "large"))),
                        20)
                .draw();
        assertThat(picture.lines())
                .containsExactly(
                        "/pv1  72 B, 27 B used",
                        "  AAAAAAAAAAAAAAAAAA",
                        "  ..................",
                        "  BBBBBBBBB.........",
                        "  ..................",
                        "/pv2  18 B, 1 B used, away",
                        "  A.................",
                        "A large  19 B  pool1/default/default",
                        "B small  9 B  pool1/default/default",
                        ". free");
    }

    @Test
    void moreLusThanLettersShareOneSign() {
        Part[] parts = IntStream.range(0, 70)
                .mapToObj(i -> part(i, 1, new UUID(1, i), "lu" + i))
                .toArray(Part[]::new);
        String picture = new PoolPicture(List.of(pv("/pv1", 70, true, parts)), 80).draw();
        assertThat(picture).contains("# 8 other LUs  8 B");
        assertThat(picture.lines().filter(line -> line.matches("[A-Za-z0-9] lu.*")))
                .hasSize(62);
    }
}
