package org.serai.database;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the table whose rows a record holds. The first component is the primary key; component {@code sizeBytes} is
 * column {@code size_bytes}. Component types: {@code String}, {@code long}, {@code int}, {@code boolean}, {@code UUID}
 * (a text column), an enum (a text column with the lower-case name), and {@code Optional} of one of these for a column
 * that may be null.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Table {
    /** The table's name. */
    String value();
}
