package org.serai.shell.commands.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.OptionalLong;
import org.serai.ffdc.SeraiException;
import org.serai.shell.Invocation;
import org.serai.shell.Plan;
import org.serai.shell.ShellError;
import org.serai.shell.Size;
import org.serai.storage.PoolSpec.PvSpec;
import org.serai.storage.StorageError;

/** Reads {@code PATH[:SIZE]}. A path may hold colons, as those below {@code /dev/disk/by-path} do. */
final class PvArgument {
    /** The bits of a mode that say what something is, and those of block devices (POSIX, sys/stat.h, as in Linux). */
    private static final int TYPE = 0xF000;

    private static final int BLOCK_DEVICE = 0x6000;
    /** No driver does with less; most need more. */
    private static final long SMALLEST_BYTES = 1 << 20;

    private PvArgument() {}

    static PvSpec parse(Invocation invocation, String text) {
        int colon = text.lastIndexOf(':');
        Path whole = invocation.resolve(text);
        if (colon < 0 || Files.exists(whole) || text.indexOf('/', colon) >= 0) {
            return new PvSpec(whole.toString(), OptionalLong.empty());
        }
        String path = text.substring(0, colon);
        if (path.isEmpty()) {
            throw wrong(text, "there is no path before the colon");
        }
        try {
            long sizeBytes = Size.parse(text.substring(colon + 1)).bytes();
            return new PvSpec(invocation.resolve(path).toString(), OptionalLong.of(sizeBytes));
        } catch (IllegalArgumentException noSize) {
            throw wrong(text, noSize.getMessage());
        }
    }

    /** What is in the way of a plan to take a PV, as far as is seen without opening it. */
    static void plan(PvSpec pv, Plan.Draft draft) {
        Path path = Path.of(pv.path());
        boolean exists = Files.exists(path);
        draft.would(exists ? "take " + pv.path() : "make the file " + pv.path() + " and take it");
        draft.require(
                exists || pv.sizeBytes().isPresent(),
                StorageError.PV_UNUSABLE.code() + ": " + pv.path() + " does not exist and no size is given");
        draft.require(
                exists || path.getParent() != null && Files.isDirectory(path.getParent()),
                StorageError.PV_UNUSABLE.code() + ": the folder of " + pv.path() + " does not exist");
        if (exists) {
            draft.check(() -> requireKind(path));
        }
    }

    private static void requireKind(Path path) {
        try {
            BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
            boolean blocks = ((int) Files.getAttribute(path, "unix:mode") & TYPE) == BLOCK_DEVICE;
            if (found.isDirectory()) {
                throw unusable(path, "it is a directory");
            } else if (!found.isRegularFile() && !blocks) {
                throw unusable(path, "it is neither a file nor a block device");
            } else if (!blocks && found.size() < SMALLEST_BYTES) {
                throw unusable(path, "it is a file of " + Size.human(found.size()) + ", which is too small");
            }
        } catch (IOException e) {
            throw unusable(path, e.toString());
        }
    }

    private static SeraiException unusable(Path path, String cause) {
        return StorageError.PV_UNUSABLE.error(
                "PV " + path + " cannot be used",
                cause,
                "give a block device, a file, or PATH:SIZE for a file that is to be made");
    }

    private static SeraiException wrong(String text, String cause) {
        return ShellError.WRONG_USAGE.error(
                "'" + text + "' is no PV",
                cause,
                "give PATH, or PATH:SIZE for a file to be made, such as /srv/pv1:10G");
    }
}
