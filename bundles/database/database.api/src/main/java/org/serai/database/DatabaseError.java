package org.serai.database;

import org.serai.ffdc.Category;
import org.serai.ffdc.ErrorCode;

/** Errors of the VIOS DB. */
public enum DatabaseError implements ErrorCode {
    /** The database cannot be reached; what is owned goes on, nothing new is granted. */
    UNREACHABLE("SERAI-DB-0001", Category.RETRY),
    /** A row with the same key or unique value is there already. */
    CONFLICT("SERAI-DB-0002", Category.USER),
    /** A row that a constraint of another one needs is missing, or still needed by another one. */
    REFERENCE("SERAI-DB-0003", Category.USER),
    /** The database was written by a newer version of the platform. */
    NEWER_SCHEMA("SERAI-DB-0004", Category.OPERATOR),
    /** The database URL, user or password is wrong. */
    BAD_SETTINGS("SERAI-DB-0005", Category.USER),
    /** A row to be changed is not there. */
    NO_SUCH_ROW("SERAI-DB-0006", Category.USER),
    /** The engine reported something that the platform has no name for. */
    ENGINE("SERAI-DB-0007", Category.FATAL),
    /** What is to be filled from an archive holds something already. */
    NOT_EMPTY("SERAI-DB-0008", Category.USER),
    /** An archive that does not fit the schema that it claims. */
    BAD_ARCHIVE("SERAI-DB-0009", Category.USER);

    private final String code;
    private final Category category;

    DatabaseError(String code, Category category) {
        this.code = code;
        this.category = category;
    }

    @Override
    public String code() {
        return code;
    }

    @Override
    public Category category() {
        return category;
    }
}
