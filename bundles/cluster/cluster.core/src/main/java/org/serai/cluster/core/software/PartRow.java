package org.serai.cluster.core.software;

import org.serai.database.Table;

/**
 * A row of bundle_part.
 *
 * @param id the bundle's SHA-256 and the number of the part with leading zeros
 * @param content base64
 */
@Table("bundle_part")
record PartRow(String id, String bundle, String content) {}
