package org.serai.message.core.vke;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.serai.message.Message.Origin;
import org.serai.message.core.packet.Header;
import org.serai.message.core.packet.Packet;
import org.serai.message.core.packet.SubHeader;
import org.serai.message.core.packet.SubHeader.Opcode;
import org.serai.message.core.packet.SubHeader.Place;
import org.serai.message.core.packet.TransactionId;

class OutStreamTest {
    private static RcArray array(long number) {
        UUID node = new UUID(0, 1);
        return new RcArray(
                new Packet(
                        new Header(new TransactionId(node, number), Header.Status.OK, 0, Origin.API, true),
                        new SubHeader(Opcode.MESSAGE, node, List.of(), true, false, Place.NONE, number, 1, "", "t"),
                        new byte[0]),
                List.of(),
                List.of());
    }

    /** Whatever begins and ends in whatever order, it tells the same as a sorted map of all that is open. */
    @Property
    void itKnowsWhatIsOpen(@ForAll long seed, @ForAll @IntRange(min = 1, max = 90) int beginnings) {
        Random random = new Random(seed);
        OutStream stream = new OutStream();
        TreeMap<Long, RcArray> open = new TreeMap<>();
        for (int step = 1; step <= 400; step++) {
            if (random.nextInt(100) < beginnings) {
                RcArray array = array(step);
                open.put(stream.begin(array), array);
            } else if (stream.last() > 0) {
                long order =
                        random.nextBoolean() && !open.isEmpty() ? open.firstKey() : 1 + random.nextLong(stream.last());
                open.remove(order);
                stream.end(order);
            }
            long floor = open.isEmpty() ? stream.last() + 1 : open.firstKey();
            assertThat(stream.at(7)).isEqualTo(new Place(7, 0, floor));
            assertThat(stream.first()).isEqualTo(Optional.ofNullable(open.get(floor)));
            assertThat(stream.firstUpTo(floor - 1)).isEmpty();
            assertThat(stream.firstUpTo(floor)).isEqualTo(stream.first());
        }
    }
}
