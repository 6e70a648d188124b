package org.serai.partition.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.serai.ffdc.SeraiException;
import org.serai.hypervisor.Compatibility;
import org.serai.hypervisor.HypervisorError;
import org.serai.partition.PartitionError;
import org.serai.partition.core.image.Image;
import org.serai.partition.core.image.ImageHeader;
import org.serai.partition.core.image.ImageSummary;
import org.serai.partition.core.record.ImageRow;
import org.serai.partition.core.record.LparRow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What must hold of an image, beyond its checksums, before anything is started from it. */
final class ImageCheck {
    private static final Logger SECURITY = LoggerFactory.getLogger("org.serai.security");

    private ImageCheck() {}

    /** Refuses an image that the partition has outrun. */
    static void epoch(LparRow row, ImageRow image) {
        if (image.epoch() != row.epoch()) {
            throw voided(
                    row,
                    "it was made in epoch " + image.epoch() + " and the partition ran in epoch " + row.epoch()
                            + " since");
        }
    }

    /** Refuses an image that is not exactly the one that the database tells of, of exactly this partition. */
    static void matches(
            PartitionContext context,
            LparRow row,
            ImageRow image,
            Image.Verified verified,
            List<ImageHeader.Adapter> adapters) {
        ImageHeader header = verified.header();
        if (header.client() != row.client()) {
            SECURITY.warn(
                    "refused: the image for partition {} of client {} is of client {}",
                    row.name(),
                    row.client(),
                    header.client());
            throw PartitionError.WRONG_CLIENT.error(
                    "The image of partition " + row.name() + " is another client's",
                    "it was made for client " + header.client(),
                    "this is recorded as a security event; look at lu:info of its LU");
        }
        if (!header.lpar().equals(row.id())) {
            throw corrupt(row, "the image's header, which names partition " + header.lpar());
        }
        if (header.epoch() != image.epoch()) {
            throw voided(
                    row,
                    "its header is of epoch " + header.epoch() + " and the VIOS DB tells of epoch " + image.epoch());
        }
        if (!verified.summary().equals(new ImageSummary(image.stateBytes(), image.storedBytes(), image.sha256()))) {
            throw corrupt(row, "the VIOS DB, which has the size or SHA-256 of another image");
        }
        var definition = new ImageHeader.Definition(
                row.hypervisor(), row.memoryBytes(), row.cpus(), row.kernelSha256(), row.initrdSha256(), row.append());
        if (!header.definition().equals(definition)) {
            throw voided(row, "it was made of another definition: " + header.definition());
        }
        if (!places(header.adapters()).equals(places(adapters))) {
            throw voided(row, "it was made with other virtual adapters or disks: " + places(header.adapters()));
        }
    }

    /** Refuses an image that the hypervisor here would restore wrongly, naming each difference. */
    static void compatible(LparRow row, ImageHeader header, Compatibility here) {
        Map<String, String> there = header.compatibility();
        TreeSet<String> names = new TreeSet<>(there.keySet());
        names.addAll(here.facts().keySet());
        List<String> differences = new ArrayList<>();
        for (String name : names) {
            String made = there.get(name);
            String found = here.facts().get(name);
            if (!Objects.equals(made, found)) {
                differences.add(name + " was " + made + " and is " + found);
            }
        }
        if (!differences.isEmpty()) {
            throw HypervisorError.INCOMPATIBLE.error(
                    "The image of partition " + row.name() + " cannot be restored on this node",
                    String.join("; ", differences),
                    "resume it on a node that is like the one where it fell asleep");
        }
    }

    /** An image that is not there, or not the one. */
    static SeraiException corrupt(LparRow row, String where) {
        return PartitionError.IMAGE_CORRUPT.error(
                "The image of partition " + row.name() + " cannot be used",
                "it disagrees with " + where + ", or is missing there",
                "look at pool:check; lpar:stop --drop-image drops the image, so that the partition can boot from its disks");
    }

    /** An image that the partition or its disks have outrun. */
    static SeraiException voided(LparRow row, String cause) {
        return PartitionError.IMAGE_VOID.error(
                "The image of partition " + row.name() + " is void",
                cause,
                "drop it with lpar:stop " + row.name()
                        + " --drop-image, then boot the partition from its disks with lpar:start " + row.name()
                        + "; nothing on them is lost");
    }

    /** The adapters without what legitimately differs: location codes, and the epochs of locks. */
    private static List<String> places(List<ImageHeader.Adapter> adapters) {
        return adapters.stream()
                .flatMap(a -> a.disks().stream()
                        .map(d -> a.id() + "/" + d.lun() + " in slot " + a.slot() + " = " + d.lu() + " of "
                                + d.sizeBytes() + " bytes"))
                .toList();
    }
}
