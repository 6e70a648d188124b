package org.serai.scsi;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** The exports of this node. */
@ProviderType
public interface Exports {
    /** Shows LUs to an initiator. */
    Export export(ExportSpec spec);

    /** The live exports, ordered by target. */
    List<Export> exports();
}
