package org.serai.shell.commands.storage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.serai.ffdc.SeraiException;
import org.serai.shell.Invocation;
import org.serai.shell.ShellError;
import org.serai.shell.Size;
import org.serai.storage.PoolSpec.PvSpec;

/** Reads {@code PATH[:SIZE]}. A path may hold colons, as those below {@code /dev/disk/by-path} do. */
final class PvArgument {
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

    private static SeraiException wrong(String text, String cause) {
        return ShellError.WRONG_USAGE.error(
                "'" + text + "' is no PV",
                cause,
                "give PATH, or PATH:SIZE for a file to be made, such as /srv/pv1:10G");
    }
}
