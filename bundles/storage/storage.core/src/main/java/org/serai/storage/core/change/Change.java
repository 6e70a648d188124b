package org.serai.storage.core.change;

import org.serai.database.Database;
import org.serai.storage.core.attach.Attachments;
import org.serai.storage.core.catalog.Catalog;
import org.serai.storage.core.catalog.SnapshotCatalog;
import org.serai.storage.core.catalog.Tiers;
import org.serai.storage.core.lu.Access;
import org.serai.storage.core.lu.LuLocks;
import org.serai.storage.core.lu.LuOperations;
import org.serai.storage.core.lu.OpenLus;
import org.serai.storage.core.lu.OriginMoves;
import org.serai.storage.core.lu.Settling;
import org.serai.storage.core.work.Works;

/** What changes of LUs are made with: rows, pools, locks, open LUs, long work. */
public record Change(
        Database database,
        Catalog catalog,
        Tiers tiers,
        SnapshotCatalog snapshots,
        Attachments attachments,
        LuLocks locks,
        OpenLus open,
        LuOperations lus,
        Access access,
        Settling settling,
        OriginMoves moves,
        Works works) {}
