package org.serai.storage.core.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.serai.database.Table;
import org.serai.storage.LuPart.Purpose;

/**
 * A row of lu_part.
 *
 * @param pieces what it has of its LU, as text
 */
@Table("lu_part")
public record PartRow(UUID id, UUID lu, String name, Purpose purpose, String pieces) {
    /** A piece of an LU. */
    public record Piece(long offset, long length) {
        /** Where it ends. */
        public long end() {
            return offset + length;
        }
    }

    /** With other pieces. */
    public PartRow of(List<Piece> others) {
        return new PartRow(id, lu, name, purpose, text(others));
    }

    /** Of another LU, with the same pieces. */
    public PartRow in(UUID otherLu) {
        return new PartRow(id, otherLu, name, purpose, pieces);
    }

    /** Pieces as a column holds them. */
    public static String text(List<Piece> pieces) {
        return pieces.stream()
                .map(piece -> piece.offset() + "+" + piece.length())
                .collect(Collectors.joining(" "));
    }

    /** What it has of its LU, in the order of its own offsets. */
    public List<Piece> list() {
        List<Piece> list = new ArrayList<>();
        for (String piece : pieces.split(" ")) {
            int plus = piece.indexOf('+');
            list.add(new Piece(Long.parseLong(piece.substring(0, plus)), Long.parseLong(piece.substring(plus + 1))));
        }
        return List.copyOf(list);
    }

    /** Its size. */
    public long sizeBytes() {
        return list().stream().mapToLong(Piece::length).sum();
    }

    /** The object whose owner may use it. */
    public String object() {
        return "part:" + id;
    }
}
