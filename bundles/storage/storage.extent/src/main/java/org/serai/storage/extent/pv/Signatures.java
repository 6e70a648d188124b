package org.serai.storage.extent.pv;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.serai.storage.extent.io.BlockFile;

/** Looks at what a PV holds before it is taken: nobody's data are overwritten. */
public final class Signatures {
    /** How much of the beginning is looked at for what is known. */
    public static final int LOOK_BYTES = 1024 * 1024;

    private static final List<Signature> KNOWN = List.of(
            new Signature("an LVM physical volume", 512, "LABELONE"),
            new Signature("a GPT partition table", 512, "EFI PART"),
            new Signature("an XFS file system", 0, "XFSB"),
            new Signature("a LUKS volume", 0, "LUKS"),
            new Signature("a QCOW image", 0, "QFI"),
            new Signature("swap space", 4086, "SWAPSPACE2"),
            new Signature("a Btrfs file system", 65600, "_BHRfS_M"));
    private static final int EXT_MAGIC_AT = 1080;
    private static final int BOOT_MAGIC_AT = 510;

    /** What keeps its mark at the end of a disk, counted from there. */
    private static final List<Signature> AT_END = List.of(
            new Signature("the copy of a GPT partition table", 512, "EFI PART"),
            new Signature("the copy of a GPT partition table", 4096, "EFI PART"),
            new Signature("a member of an Intel RAID", 1024, "Intel Raid ISM"));

    private static final int TAIL_BYTES = 192 * 1024;
    /** Linux MD, least significant byte first: 1.0 lies 8 to 12 KiB before the end, 0.90 64 to 128 KiB. */
    private static final int MD_MAGIC = 0xFC4E2BA9;

    private Signatures() {}

    /**
     * Says what a PV seems to hold; empty if its head is blank and nothing known is at its end.
     *
     * @param headBytes a multiple of a page, at least {@link #LOOK_BYTES} unless the PV is smaller
     */
    public static Optional<String> look(BlockFile file, long headBytes) throws IOException {
        Optional<String> found = atBegin(file);
        if (found.isEmpty() && headBytes > LOOK_BYTES && !isBlank(file, LOOK_BYTES, headBytes - LOOK_BYTES)) {
            found = Optional.of("data of unknown kind in its first " + Sizes.human(headBytes));
        }
        return found.isPresent() ? found : atEnd(file);
    }

    /** Whether a range of whole pages is zero. */
    public static boolean isBlank(BlockFile file, long offset, long length) throws IOException {
        ByteBuffer chunk = Pages.allocate(LOOK_BYTES / Pages.BYTES);
        for (long done = 0; done < length; done += LOOK_BYTES) {
            int n = (int) Math.min(LOOK_BYTES, length - done);
            file.readPages(chunk.duplicate().limit(n), offset + done);
            for (int at = 0; at < n; at += Pages.BYTES) {
                if (!Pages.isBlank(chunk, at)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static Optional<String> atEnd(BlockFile file) throws IOException {
        long sizeBytes = file.sizeBytes();
        int length = (int) Math.min(TAIL_BYTES, sizeBytes);
        ByteBuffer tail = ByteBuffer.allocateDirect(length);
        file.readData(tail.duplicate(), length, sizeBytes - length);
        for (Signature known : AT_END) {
            if (new Signature(known.what, length - known.at, known.magic).isIn(tail)) {
                return Optional.of(known.what);
            }
        }
        long begin = sizeBytes - length;
        long version1 = (sizeBytes / 512 - 16) / 8 * 8 * 512 - begin;
        long version0 = sizeBytes / 65536 * 65536 - 65536 - begin;
        for (long at : new long[] {version1, version0}) {
            if (at >= 0 && at + 4 <= length && tail.getInt((int) at) == MD_MAGIC) {
                return Optional.of("a member of a Linux RAID");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> atBegin(BlockFile file) throws IOException {
        int pages = (int) Math.min(LOOK_BYTES, file.sizeBytes()) / Pages.BYTES;
        ByteBuffer head = Pages.allocate(pages);
        file.readPages(head.duplicate(), 0);
        for (Signature known : KNOWN) {
            if (known.isIn(head)) {
                return Optional.of(known.what);
            }
        }
        if (head.capacity() > EXT_MAGIC_AT + 1 && head.getShort(EXT_MAGIC_AT) == (short) 0x53EF) {
            return Optional.of("an ext2, ext3 or ext4 file system");
        }
        if (head.capacity() > BOOT_MAGIC_AT + 1 && head.getShort(BOOT_MAGIC_AT) == (short) 0x55AA) {
            return Optional.of("a partition table or boot sector");
        }
        for (int page = 0; page < pages; page++) {
            if (!Pages.isBlank(head, page * Pages.BYTES)) {
                return Optional.of("data of unknown kind in its first MiB");
            }
        }
        return Optional.empty();
    }

    private record Signature(String what, int at, String magic) {
        boolean isIn(ByteBuffer head) {
            byte[] expected = magic.getBytes(StandardCharsets.US_ASCII);
            if (at < 0 || head.capacity() < at + expected.length) {
                return false;
            }
            byte[] found = new byte[expected.length];
            head.get(at, found);
            return java.util.Arrays.equals(found, expected);
        }
    }
}
