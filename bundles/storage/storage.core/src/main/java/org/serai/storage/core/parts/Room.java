package org.serai.storage.core.parts;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.serai.storage.StorageError;
import org.serai.storage.core.catalog.PartRow;
import org.serai.storage.core.catalog.PartRow.Piece;
import org.serai.storage.core.catalog.Planning;

/** The room of an LU that is in no sub-partition. */
final class Room {
    private final long sizeBytes;
    private final List<Piece> taken;

    Room(long sizeBytes, List<PartRow> parts) {
        this.sizeBytes = sizeBytes;
        this.taken = parts.stream()
                .flatMap(part -> part.list().stream())
                .sorted(Comparator.comparingLong(Piece::offset))
                .toList();
    }

    private List<Piece> free() {
        List<Piece> free = new ArrayList<>();
        long at = 0;
        for (Piece piece : taken) {
            if (piece.offset() > at) {
                free.add(new Piece(at, piece.offset() - at));
            }
            at = piece.end();
        }
        if (at < sizeBytes) {
            free.add(new Piece(at, sizeBytes - at));
        }
        return free;
    }

    /**
     * Finds room: one piece if there is one that is large enough, else several.
     *
     * @param what for whoever is refused
     */
    List<Piece> find(long bytes, String what) {
        List<Piece> free = free();
        for (Piece piece : free) {
            if (piece.length() >= bytes) {
                return List.of(new Piece(piece.offset(), bytes));
            }
        }
        List<Piece> found = new ArrayList<>();
        long left = bytes;
        for (Piece piece : free) {
            long length = Math.min(left, piece.length());
            if (length > 0) {
                found.add(new Piece(piece.offset(), length));
            }
            left -= length;
        }
        if (left > 0) {
            throw StorageError.BAD_SIZE.error(
                    what + " cannot have " + Planning.size(bytes) + " more",
                    "its LU has " + Planning.size(bytes - left) + " that are in no sub-partition",
                    "choose a smaller size, or grow the LU with lu:resize");
        }
        return found;
    }

    /** Pieces with further ones behind them; neighbours become one. */
    static List<Piece> joined(List<Piece> pieces, List<Piece> further) {
        List<Piece> joined = new ArrayList<>(pieces);
        for (Piece piece : further) {
            Piece last = joined.isEmpty() ? new Piece(-1, 0) : joined.getLast();
            if (!joined.isEmpty() && last.end() == piece.offset()) {
                joined.set(joined.size() - 1, new Piece(last.offset(), last.length() + piece.length()));
            } else {
                joined.add(piece);
            }
        }
        return List.copyOf(joined);
    }

    /** The pieces from an offset of the sub-partition on. */
    static List<Piece> from(List<Piece> pieces, long offset) {
        List<Piece> rest = new ArrayList<>();
        long at = 0;
        for (Piece piece : pieces) {
            long skip = Math.clamp(offset - at, 0, piece.length());
            if (skip < piece.length()) {
                rest.add(new Piece(piece.offset() + skip, piece.length() - skip));
            }
            at += piece.length();
        }
        return rest;
    }

    /** The pieces up to an offset of the sub-partition. */
    static List<Piece> to(List<Piece> pieces, long offset) {
        List<Piece> head = new ArrayList<>();
        long left = offset;
        for (Piece piece : pieces) {
            if (left > 0) {
                head.add(new Piece(piece.offset(), Math.min(left, piece.length())));
            }
            left -= piece.length();
        }
        return List.copyOf(head);
    }
}
