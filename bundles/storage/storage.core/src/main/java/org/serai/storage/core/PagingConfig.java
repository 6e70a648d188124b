package org.serai.storage.core;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration {@code paging.*}. */
@ObjectClassDefinition(
        name = "paging",
        description = "How partitions get paging LUs. A partition asks for a minimum capacity only; an unused paging LU"
                + " of its client with enough room is taken first.")
@interface PagingConfig {
    @AttributeDefinition(
            description =
                    "What is done if no unused paging LU has enough room: grow makes the nearest one larger by just"
                            + " the difference, new makes a new one of exactly the size that is needed. Where growing is not"
                            + " possible a new one is made.")
    String policy() default "grow";

    @AttributeDefinition(
            description = "The tier in which new paging LUs are made, as POOL/GROUP/TIER. Empty: the one with the most"
                    + " free space that the client may use.")
    String tier() default "";
}
