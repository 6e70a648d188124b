package org.serai.database.jdbc;

import java.util.Map;
import org.serai.database.Database;
import org.serai.database.jdbc.Tables.ClientRow;

/** A process that commits and prints each acknowledged row: {@code Committer URL PREFIX COUNT}. */
final class Committer {
    private Committer() {}

    public static void main(String[] arguments) {
        long count = Long.parseLong(arguments[2]);
        try (Database database = Unhurried.embedded().open(arguments[0], Map.of())) {
            for (long i = 0; i < count; i++) {
                String name = arguments[1] + "-" + i;
                ClientRow row = database.write(tx -> tx.insert(new ClientRow(tx.next("client"), name)));
                System.out.println(row.id() + " " + row.name());
            }
        }
    }
}
