package org.serai.vioapi.core.record;

import org.serai.database.Table;
import org.serai.vioapi.Role;

/** A row of vio_token. */
@Table("vio_token")
public record TokenRow(String name, String hash, Role role, long expiresMs, String created) {}
