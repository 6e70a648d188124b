package org.serai.scsi.spi;

import org.osgi.annotation.versioning.ConsumerType;
import org.serai.scsi.ExportSpec;

/** A target transport: a service with the property {@code scsi.transport}. It finds {@link Targets} as a service. */
@ConsumerType
public interface TargetTransport {
    /** Where it listens, {@code host:port}. */
    String portal();

    /**
     * The URL of a LUN for an initiator, with its credentials if there are any.
     *
     * @param portal where it is reached: {@link #portal}, or the portal that another node announced
     */
    String url(String portal, ExportSpec export, int lun);
}
