package org.serai.simulator.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Predicate;
import org.serai.simulator.kernel.Life;
import org.serai.simulator.kernel.Loop;
import org.serai.transport.spi.Transport;

/** What nodes are joined by. The view follows what happens with a delay, as a failure detector's does. */
public final class Network {
    private static final long DETECTION_NS = 2_000_000_000L;

    private final Loop loop;
    private final SplittableRandom random;
    private final Map<UUID, SimulatedLink> links = new LinkedHashMap<>();
    private final Set<String> cut = new HashSet<>();
    private final Map<UUID, Long> bytesSent = new HashMap<>();
    private Weather weather = Weather.FAIR;
    private boolean looking;

    /** Nobody is on it. */
    public Network(Loop loop, SplittableRandom random) {
        this.loop = loop;
        this.random = random;
    }

    /**
     * What the wire does to packets.
     *
     * @param lost of a hundred so many are lost
     * @param doubled of a hundred so many come twice
     * @param delayMs the most that one takes; they overtake each other
     */
    public record Weather(int lost, int doubled, int delayMs) {
        /** Nearly nothing. */
        public static final Weather FAIR = new Weather(0, 0, 2);
    }

    /** Changes the weather. */
    public void weather(Weather now) {
        weather = now;
    }

    /** From one to the other nothing comes through, or does again. */
    public void cut(UUID from, UUID to, boolean now) {
        if (now ? cut.add(from + ">" + to) : cut.remove(from + ">" + to)) {
            look();
        }
    }

    /** Everything comes through again. */
    public void heal() {
        cut.clear();
        weather = Weather.FAIR;
        look();
    }

    private boolean isCut(UUID from, UUID to) {
        return !cut.isEmpty() && cut.contains(from + ">" + to);
    }

    /** The driver as one process has it. */
    public Transport transport(Life life) {
        return SimulatedLink.transport(this, life);
    }

    void join(SimulatedLink link) {
        links.put(link.node(), link);
        link.life().atEnd(() -> leave(link));
        look();
    }

    void leave(SimulatedLink link) {
        if (links.remove(link.node(), link)) {
            look();
        }
    }

    /** Soon everybody sees what there is. */
    private void look() {
        if (!looking) {
            looking = true;
            loop.after(DETECTION_NS / 2 + random.nextLong(DETECTION_NS / 2), this::tellViews);
        }
    }

    private void tellViews() {
        looking = false;
        var all = new LinkedHashSet<>(links.keySet());
        for (var link : List.copyOf(links.values())) {
            link.view(cut.isEmpty() ? all : seenFrom(link.node()));
        }
    }

    private Set<UUID> seenFrom(UUID node) {
        var seen = new LinkedHashSet<UUID>();
        for (var other : links.keySet()) {
            if (!isCut(node, other) && !isCut(other, node)) {
                seen.add(other);
            }
        }
        return seen;
    }

    void send(SimulatedLink from, UUID to, byte[] packet) {
        bytesSent.merge(from.node(), (long) packet.length, Long::sum);
        var copies = new ArrayList<byte[]>(List.of(packet));
        if (weather.doubled() > 0 && random.nextInt(100) < weather.doubled()) {
            copies.add(packet.clone());
        }
        for (var copy : copies) {
            var lost = weather.lost() > 0 && random.nextInt(100) < weather.lost();
            if (!lost && !isCut(from.node(), to)) {
                loop.after(random.nextLong(weather.delayMs() * 1_000_000L + 1), () -> deliver(from.node(), to, copy));
            }
        }
        loop.trace().mix(to.getLeastSignificantBits() + packet.length);
    }

    private void deliver(UUID from, UUID to, byte[] packet) {
        var link = links.get(to);
        if (link != null && !isCut(from, to)) {
            link.life().start(() -> link.receive(from, packet));
        }
    }

    /** Whether a node sees another one all the time from now on, as long as it keeps its place here. */
    public Predicate<UUID> seenFromNowOn(UUID node) {
        var link = links.get(node);
        var sinceNs = loop.nowNs();
        return other -> link != null && links.get(node) == link && link.hasSeen(other, sinceNs);
    }

    /** Bytes that nodes gave to the wire. */
    public long bytesSent() {
        return bytesSent.values().stream().mapToLong(Long::longValue).sum();
    }
}
