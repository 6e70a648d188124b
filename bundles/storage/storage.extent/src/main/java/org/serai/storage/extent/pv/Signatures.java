package org.serai.storage.extent.pv;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.serai.storage.extent.io.BlockFile;

/** Looks at what a PV holds before it is taken: nobody's data are overwritten. */
public final class Signatures {
    /** How much of the beginning is looked at, and erased when a pool is destroyed. */
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

    private Signatures() {}

    /** Says what a PV seems to hold; empty if its first MiB is blank. */
    public static Optional<String> look(BlockFile file) throws IOException {
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
            if (head.capacity() < at + expected.length) {
                return false;
            }
            byte[] found = new byte[expected.length];
            head.get(at, found);
            return java.util.Arrays.equals(found, expected);
        }
    }
}
