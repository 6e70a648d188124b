package org.serai.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.serai.cluster.core.liveness.Lease;
import org.serai.database.jdbc.JdbcEngine;
import org.serai.message.core.Interconnect;

/** Nothing that decides who lives, who owns and what is told looks at a clock that somebody can set. */
class NoWallClockTest {
    private static final Set<String> WALL_CLOCK = Set.of(
            "java/lang/System.currentTimeMillis",
            "java/time/Instant.now",
            "java/time/InstantSource.system",
            "java/time/Clock.systemUTC",
            "java/time/Clock.systemDefaultZone",
            "java/time/LocalDateTime.now",
            "java/time/ZonedDateTime.now",
            "java/util/Date.<init>");

    /** Backups have the date in their names. */
    private static final String BACKUPS = "org/serai/cluster/core/backup/";

    @ParameterizedTest
    @ValueSource(classes = {Lease.class, JdbcEngine.class, Interconnect.class})
    void noClassOfItsBundleReadsOne(Class<?> one) throws Exception {
        var classes = classesBeside(one);
        assertThat(classes).as("classes that were looked into").hasSizeGreaterThan(20);
        assertThat(classes.stream()
                        .filter(NoWallClockTest::readsOne)
                        .map(NoWallClockTest::name)
                        .filter(name -> !name.startsWith(BACKUPS)))
                .isEmpty();
        if (one == Lease.class) {
            assertThat(classes).as("those that do are found").anyMatch(NoWallClockTest::readsOne);
        }
    }

    private static String name(ClassModel model) {
        return model.thisClass().asInternalName();
    }

    private static boolean readsOne(ClassModel model) {
        return StreamSupport.stream(model.constantPool().spliterator(), false)
                .anyMatch(entry -> entry instanceof MemberRefEntry member
                        && WALL_CLOCK.contains(member.owner().asInternalName() + "."
                                + member.name().stringValue()));
    }

    private static List<ClassModel> classesBeside(Class<?> one) throws Exception {
        var place = one.getProtectionDomain().getCodeSource().getLocation().toURI();
        if (Files.isDirectory(Path.of(place))) {
            return read(Path.of(place));
        }
        try (var jar = FileSystems.newFileSystem(URI.create("jar:" + place), Map.of())) {
            return read(jar.getPath("/"));
        }
    }

    private static List<ClassModel> read(Path root) throws IOException {
        var models = new ArrayList<ClassModel>();
        try (var files = Files.walk(root)) {
            for (var file :
                    files.filter(each -> each.toString().endsWith(".class")).toList()) {
                models.add(ClassFile.of().parse(Files.readAllBytes(file)));
            }
        }
        return models;
    }
}
