package org.serai.scsi.iscsi;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;
import org.serai.scsi.Sessions;
import org.serai.scsi.iscsi.login.Parameters;
import org.serai.scsi.iscsi.session.AsyncEvent;
import org.serai.scsi.iscsi.session.UnitStatistics.Snapshot;

/** The sessions of a portal as operators see them. */
final class SessionsView implements Sessions {
    /** How long an initiator that is kicked has to log out. */
    private static final int LOG_OUT_SECONDS = 3;

    private final SessionTable table;
    private final ScheduledExecutorService deadlines;
    private final LongSupplier nanoTime;

    SessionsView(SessionTable table, ScheduledExecutorService deadlines, LongSupplier nanoTime) {
        this.table = table;
        this.deadlines = deadlines;
        this.nanoTime = nanoTime;
    }

    private List<org.serai.scsi.iscsi.session.Session> live() {
        return table.all().stream()
                .sorted(Comparator.comparing((org.serai.scsi.iscsi.session.Session each) ->
                                each.leading().target().orElse(""))
                        .thenComparing(each -> each.leading().initiator())
                        .thenComparing(each -> each.tsih()))
                .toList();
    }

    @Override
    public List<Session> sessions() {
        return live().stream().map(SessionsView::view).toList();
    }

    private static Session view(org.serai.scsi.iscsi.session.Session session) {
        List<Unit> units = new ArrayList<>();
        session.statistics().units().forEach((lun, statistics) -> {
            Snapshot counts = statistics.snapshot();
            units.add(new Unit(
                    lun,
                    counts.latencyUs().getTotalCount(),
                    counts.failed(),
                    counts.readBytes(),
                    counts.writtenBytes(),
                    latency(counts.latencyUs())));
        });
        Parameters settled = session.parameters();
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("InitialR2T", settled.initialR2T() ? "Yes" : "No");
        keys.put("ImmediateData", settled.immediateData() ? "Yes" : "No");
        keys.put("MaxBurstLength", String.valueOf(settled.maxBurstBytes()));
        keys.put("FirstBurstLength", String.valueOf(settled.firstBurstBytes()));
        keys.put("MaxOutstandingR2T", String.valueOf(settled.maxOutstandingR2T()));
        keys.put("MaxConnections", String.valueOf(settled.maxConnections()));
        return new Session(
                session.tsih(),
                session.leading().initiator(),
                HexFormat.of().toHexDigits(session.leading().identity().isid(), 12),
                session.leading().target(),
                session.since(),
                keys,
                session.links().stream()
                        .map(link -> view((org.serai.scsi.iscsi.Connection) link))
                        .toList(),
                units);
    }

    private static Connection view(org.serai.scsi.iscsi.Connection connection) {
        Map<String, String> keys = new LinkedHashMap<>();
        connection.result().ifPresent(login -> {
            keys.put("HeaderDigest", login.parameters().headerDigest() ? "CRC32C" : "None");
            keys.put("DataDigest", login.parameters().dataDigest() ? "CRC32C" : "None");
            keys.put(
                    "MaxRecvDataSegmentLength",
                    String.valueOf(login.parameters().initiatorMaxDataBytes()));
        });
        return new Connection(connection.cid(), connection.peer(), keys);
    }

    private static Latency latency(Histogram us) {
        return new Latency(
                us.getValueAtPercentile(50),
                us.getValueAtPercentile(99),
                us.getValueAtPercentile(99.9),
                us.getMaxValue());
    }

    @Override
    public boolean kick(int id) {
        return table.session(id)
                .map(session -> {
                    session.tell(AsyncEvent.logOut(LOG_OUT_SECONDS));
                    deadlines.schedule(session::dropped, LOG_OUT_SECONDS, TimeUnit.SECONDS);
                    return true;
                })
                .orElse(false);
    }

    @Override
    public Meter meter() {
        return new Difference();
    }

    /** A LUN of a session. */
    private record Place(org.serai.scsi.iscsi.session.Session session, int lun) {}

    private final class Difference implements Meter {
        private Map<Place, Snapshot> before = new HashMap<>();
        private long since = nanoTime.getAsLong();

        Difference() {
            before = snapshots();
        }

        private Map<Place, Snapshot> snapshots() {
            Map<Place, Snapshot> all = new LinkedHashMap<>();
            for (var session : live()) {
                session.statistics()
                        .units()
                        .forEach((lun, statistics) -> all.put(new Place(session, lun), statistics.snapshot()));
            }
            return all;
        }

        @Override
        public List<Load> next() {
            long now = nanoTime.getAsLong();
            double seconds = Math.max(1, now - since) / 1e9;
            Map<Place, Snapshot> counts = snapshots();
            List<Load> loads = new ArrayList<>();
            counts.forEach((place, snapshot) -> loads.add(load(place, difference(place, snapshot), seconds)));
            before = counts;
            since = now;
            return loads;
        }

        private Snapshot difference(Place place, Snapshot now) {
            Snapshot then = before.get(place);
            return then == null ? now : now.since(then);
        }

        private static Load load(Place place, Snapshot counts, double seconds) {
            return new Load(
                    place.session().tsih(),
                    place.session().leading().initiator(),
                    place.session().leading().target().orElse(""),
                    place.lun(),
                    counts.latencyUs().getTotalCount() / seconds,
                    counts.readBytes() / seconds,
                    counts.writtenBytes() / seconds,
                    latency(counts.latencyUs()));
        }
    }
}
