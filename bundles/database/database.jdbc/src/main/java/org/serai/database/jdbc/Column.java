package org.serai.database.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * One column and the record component that holds it.
 *
 * @param name the column's name: component {@code sizeBytes} is column {@code size_bytes}
 * @param type the component's type, or what its {@code Optional} holds
 * @param optional whether the column may be null
 * @param accessor reads the component
 */
record Column(String name, Class<?> type, boolean optional, Method accessor) {
    static Column of(RecordComponent component) {
        boolean optional = component.getType() == Optional.class;
        Class<?> type = optional
                ? (Class<?>) ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0]
                : component.getType();
        if (!known(type)) {
            throw new IllegalArgumentException(component + " has a type that no column can hold");
        }
        Method accessor = component.getAccessor();
        accessor.setAccessible(true);
        return new Column(snake(component.getName()), type, optional, accessor);
    }

    String quoted() {
        return '"' + name + '"';
    }

    Object value(Record row) {
        try {
            return accessor.invoke(row);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("component " + accessor + " cannot be read", e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("component " + accessor + " cannot be read", e);
        }
    }

    /** The value as the database stores it: text, a number, a truth value, or null for an empty {@code Optional}. */
    Object stored(Object value) {
        Object present = value instanceof Optional<?> maybe ? maybe.orElse(null) : value;
        return switch (present) {
            case null -> null;
            case UUID uuid -> uuid.toString();
            case Enum<?> constant -> constant.name().toLowerCase(Locale.ROOT);
            case Number number when !integral(type) -> number.toString();
            case String text when integral(type) -> Long.valueOf(text);
            default -> present;
        };
    }

    void bind(PreparedStatement statement, int mark, Object value) throws SQLException {
        Object stored = stored(value);
        switch (stored) {
            case null -> statement.setNull(mark, sqlType());
            case Boolean truth -> statement.setBoolean(mark, truth);
            case Number number -> statement.setLong(mark, number.longValue());
            default -> statement.setString(mark, stored.toString());
        }
    }

    Object read(ResultSet rows, int at) throws SQLException {
        Object value = plain(rows, at);
        if (optional) {
            return Optional.ofNullable(rows.wasNull() ? null : value);
        }
        if (rows.wasNull()) {
            throw new SQLException("column " + name + " is null, and its record has no Optional for it");
        }
        return value;
    }

    private Object plain(ResultSet rows, int at) throws SQLException {
        if (type == long.class || type == Long.class) {
            return rows.getLong(at);
        }
        if (type == int.class || type == Integer.class) {
            return rows.getInt(at);
        }
        if (type == boolean.class || type == Boolean.class) {
            return rows.getBoolean(at);
        }
        String text = rows.getString(at);
        if (text == null || type == String.class) {
            return text;
        }
        return type == UUID.class ? UUID.fromString(text) : constant(text);
    }

    private Object constant(String text) throws SQLException {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> ((Enum<?>) constant).name().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new SQLException("column " + name + " holds the unknown word " + text));
    }

    private int sqlType() {
        if (integral(type)) {
            return Types.BIGINT;
        }
        return type == Boolean.class ? Types.BOOLEAN : Types.VARCHAR;
    }

    private static boolean known(Class<?> type) {
        return integral(type)
                || type == boolean.class
                || type == Boolean.class
                || type == String.class
                || type == UUID.class
                || type.isEnum();
    }

    private static boolean integral(Class<?> type) {
        return type == long.class || type == int.class || type == Long.class || type == Integer.class;
    }

    private static String snake(String name) {
        return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }
}
