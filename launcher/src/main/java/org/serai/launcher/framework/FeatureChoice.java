package org.serai.launcher.framework;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.serai.platform.PlatformError;

/**
 * The features that an instance runs, kept in its file {@code config/features}: a name a line; {@code -name} takes out
 * what another one includes.
 */
record FeatureChoice(Set<String> wanted, Set<String> without) {
    static FeatureChoice read(Path file) {
        Set<String> wanted = new TreeSet<>();
        Set<String> without = new TreeSet<>();
        try {
            for (String line : Files.readAllLines(file)) {
                String name = line.replaceAll("#.*", "").strip();
                if (name.startsWith("-")) {
                    without.add(name.substring(1));
                } else if (!name.isEmpty()) {
                    wanted.add(name);
                }
            }
        } catch (IOException e) {
            throw PlatformError.BAD_INSTANCE.error(
                    "The features of the instance cannot be read",
                    e.toString(),
                    "write the line 'node' into " + file,
                    e);
        }
        return new FeatureChoice(wanted, without);
    }

    FeatureChoice with(String name) {
        Set<String> more = new TreeSet<>(wanted);
        Set<String> fewerWithout = new TreeSet<>(without);
        if (!fewerWithout.remove(name)) {
            more.add(name);
        }
        return new FeatureChoice(more, fewerWithout);
    }

    FeatureChoice without(String name, boolean included) {
        Set<String> fewer = new TreeSet<>(wanted);
        fewer.remove(name);
        Set<String> moreWithout = new TreeSet<>(without);
        if (included) {
            moreWithout.add(name);
        }
        return new FeatureChoice(fewer, moreWithout);
    }

    void write(Path file) throws IOException {
        StringBuilder text =
                new StringBuilder("# The features of this instance; -NAME takes out what another includes.\n");
        wanted.forEach(name -> text.append(name).append('\n'));
        without.forEach(name -> text.append('-').append(name).append('\n'));
        Path next = file.resolveSibling("features.new");
        Files.writeString(next, text);
        Files.move(next, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    static FeatureChoice of(String... names) {
        return new FeatureChoice(Set.of(names), Set.of());
    }
}
