package org.serai.contracts.storage.model;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One step of a sequence. What the numbers mean is decided when it is done, by what there is then, so that a sequence
 * stays one whatever steps are left out of it.
 *
 * @param lu the LU, counted among those that exist
 * @param a from 0 to 999: a place, a PV set, a node…
 * @param b from 0 to 999: a length, a snapshot…
 */
record Step(Kind kind, int lu, int a, int b) {
    static final int RANGE = 1000;

    /** What is done. */
    enum Kind {
        CREATE('n', 5),
        WRITE('w', 30),
        DISCARD('d', 9),
        ZERO('z', 6),
        FLUSH('f', 5),
        SNAPSHOT('s', 10),
        DROP('x', 6),
        ROLLBACK('r', 4),
        CLONE('c', 6),
        FLATTEN('l', 3),
        RESIZE('t', 6),
        PLACE('p', 4),
        REOPEN('o', 5),
        TAKE_OVER('k', 2),
        CRASH('!', 4),
        SHARED_READ('h', 3),
        DELETE('e', 4);

        final char letter;
        final int frequency;

        Kind(char letter, int frequency) {
            this.letter = letter;
            this.frequency = frequency;
        }
    }

    @Override
    public String toString() {
        return "" + kind.letter + lu + "." + a + "." + b;
    }

    /** The sequence in a form for a command line. */
    static String format(List<Step> steps) {
        return steps.stream().map(Step::toString).collect(Collectors.joining(","));
    }

    static List<Step> parse(String text) {
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .map(each -> {
                    Kind kind = Arrays.stream(Kind.values())
                            .filter(found -> found.letter == each.charAt(0))
                            .findFirst()
                            .orElseThrow(() -> new IllegalArgumentException("no step begins as " + each));
                    int[] numbers = Arrays.stream(each.substring(1).split("\\."))
                            .mapToInt(Integer::parseInt)
                            .toArray();
                    return new Step(kind, numbers[0], numbers[1], numbers[2]);
                })
                .toList();
    }
}
