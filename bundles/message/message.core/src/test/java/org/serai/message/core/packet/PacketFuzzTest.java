package org.serai.message.core.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.serai.message.Message.Origin;
import org.serai.message.core.packet.SubHeader.Opcode;
import org.serai.message.core.packet.SubHeader.Place;

class PacketFuzzTest {
    /** A byte that is put somewhere. */
    record Change(int offset, byte value) {}

    @Provide
    Arbitrary<UUID> nodes() {
        return Combinators.combine(Arbitraries.longs(), Arbitraries.longs()).as(UUID::new);
    }

    /** Any message that a node may send. */
    @Provide
    Arbitrary<Packet> packets() {
        Arbitrary<String> texts = Arbitraries.strings().ofMaxLength(60);
        Arbitrary<SubHeader> subs = Combinators.combine(
                        nodes(),
                        nodes().list().ofMaxSize(9),
                        Arbitraries.of(true, false),
                        Arbitraries.longs().between(1, Long.MAX_VALUE - 1),
                        Arbitraries.longs().between(0, Integer.MAX_VALUE),
                        Arbitraries.integers().between(0, Packet.MAX_RC_LENGTH),
                        texts,
                        texts.filter(topic -> !topic.isEmpty()))
                .as((sender, targets, response, order, down, rcLength, originator, topic) -> new SubHeader(
                        Opcode.MESSAGE,
                        sender,
                        targets,
                        targets.isEmpty(),
                        response,
                        new Place(order, rcLength > 0 ? 0 : 1 + down, Math.max(1, order - down)),
                        rcLength > 0 ? order : 0,
                        rcLength,
                        originator,
                        topic));
        return Combinators.combine(
                        subs,
                        nodes(),
                        Arbitraries.longs().between(1, Long.MAX_VALUE),
                        Arbitraries.of(Origin.class),
                        Arbitraries.bytes().array(byte[].class).ofMaxSize(300))
                .as((sub, life, number, origin, payload) -> new Packet(
                        new Header(new TransactionId(life, number), Header.Status.OK, 0, origin, sub.rcLength() > 0),
                        sub,
                        payload));
    }

    @Provide
    Arbitrary<List<Change>> changes() {
        return Combinators.combine(Arbitraries.integers().between(0, 700), Arbitraries.bytes())
                .as(Change::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }

    /** One of those for whom it is. */
    private static UUID reader(Packet packet) {
        return packet.sub().broadcast()
                ? packet.sub().sender()
                : packet.sub().targets().getLast();
    }

    /** Each reads the same, but for the place, which is its own. */
    @Property
    void whatNodesShareEachReadsWithItsOwnPlace(
            @ForAll("broadcastsWithReceipts") Packet packet,
            @ForAll @Size(min = 1, max = Packet.MAX_SHARING) Map<@From("nodes") UUID, @From("places") Place> places)
            throws Malformed {
        byte[] bytes = PacketWriter.write(packet, places);
        for (Map.Entry<UUID, Place> each : places.entrySet()) {
            Packet read = PacketReader.read(bytes, each.getKey());
            assertThat(read.sub().place()).isEqualTo(each.getValue());
            assertThat(PacketWriter.write(read)).isEqualTo(PacketWriter.write(packet, each.getValue()));
        }
    }

    @Provide
    Arbitrary<Packet> broadcastsWithReceipts() {
        return packets()
                .map(packet -> new Packet(
                        new Header(
                                packet.header().transaction(),
                                Header.Status.OK,
                                0,
                                packet.header().origin(),
                                true),
                        new SubHeader(
                                Opcode.MESSAGE,
                                packet.sub().sender(),
                                List.of(),
                                true,
                                packet.sub().response(),
                                Place.NONE,
                                1,
                                1,
                                packet.sub().originator(),
                                packet.sub().topic()),
                        packet.payload()));
    }

    @Provide
    Arbitrary<Place> places() {
        return Combinators.combine(
                        Arbitraries.longs().between(1, Long.MAX_VALUE),
                        Arbitraries.longs().between(0, Integer.MAX_VALUE))
                .as((order, down) -> new Place(order, 0, Math.max(1, order - down)));
    }

    private static void same(Packet read, Packet written) {
        assertThat(read.header()).isEqualTo(written.header());
        assertThat(read.sub()).isEqualTo(written.sub());
        assertThat(read.payload()).isEqualTo(written.payload());
    }

    @Property
    void everyPacketComesBackAsItWasWritten(@ForAll("packets") Packet packet, @ForAll("nodes") UUID other)
            throws Malformed {
        same(PacketReader.read(PacketWriter.write(packet), reader(packet)), packet);
        if (packet.wantsReceipts()) {
            Packet receipt = packet.receipt(other);
            same(PacketReader.read(PacketWriter.write(receipt), packet.sub().sender()), receipt);
        }
        Packet response = packet.response(other, Header.Status.FAILED, packet.payload());
        same(PacketReader.read(PacketWriter.write(response), packet.sub().sender()), response);
    }

    @Property
    void anyBytesAreAPacketOrANamedReason(@ForAll @Size(max = 400) byte[] bytes) {
        assertThatExceptionOfType(Malformed.class)
                .isThrownBy(() -> PacketReader.read(bytes, UUID.randomUUID()))
                .satisfies(e -> assertThat(e.reason()).isNotNull());
    }

    @Property
    void aBeginningOfAPacketIsRefused(@ForAll("packets") Packet packet, @ForAll @IntRange(max = 700) int length) {
        byte[] whole = PacketWriter.write(packet);
        byte[] cut = Arrays.copyOf(whole, length % whole.length);
        assertThatExceptionOfType(Malformed.class).isThrownBy(() -> PacketReader.read(cut, reader(packet)));
    }

    /** Whoever forges a packet forges its checksum too: what is read then can be written, and is the same bytes. */
    @Property
    void aChangedPacketIsRefusedOrMeansWhatItSays(
            @ForAll("packets") Packet packet, @ForAll("changes") List<Change> changes, @ForAll boolean forged) {
        byte[] bytes = PacketWriter.write(packet);
        byte[] original = bytes.clone();
        changes.forEach(change -> bytes[change.offset() % bytes.length] = change.value());
        if (forged) {
            ByteBuffer.wrap(bytes).putInt(Packet.CHECKSUM_AT, PacketWriter.checksum(bytes));
        }
        try {
            assertThat(PacketWriter.write(PacketReader.read(bytes, reader(packet))))
                    .isEqualTo(bytes);
            assertThat(forged || Arrays.equals(bytes, original)).isTrue();
        } catch (Malformed e) {
            assertThat(e.reason()).isNotNull();
        }
    }

    @Property(tries = 20)
    void whatIsTooLargeIsRefusedUnread(@ForAll @IntRange(min = 1, max = 1000) int more) {
        byte[] bytes = new byte[5 << 20];
        ByteBuffer.wrap(bytes)
                .putInt(0, Packet.MAGIC)
                .put(4, (byte) Packet.VERSION)
                .putInt(16, (4 << 20) + more);
        assertThatExceptionOfType(Malformed.class)
                .isThrownBy(() -> PacketReader.read(bytes, UUID.randomUUID()))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Drop.TOO_LARGE));
    }
}
