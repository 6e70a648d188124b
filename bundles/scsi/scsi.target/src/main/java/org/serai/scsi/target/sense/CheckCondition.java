package org.serai.scsi.target.sense;

/** A command ends with CHECK CONDITION. Made on the way of errors only; carries no stack trace. */
public final class CheckCondition extends Exception {
    private static final long serialVersionUID = 1;

    /** No sense-key specific field pointer. */
    public static final int NO_POINTER = -1;

    private final SenseCode code;
    private final int fieldByte;
    private final int fieldBit;
    private final long information;

    private CheckCondition(SenseCode code, int fieldByte, int fieldBit, long information) {
        super(code.name(), null, false, false);
        this.code = code;
        this.fieldByte = fieldByte;
        this.fieldBit = fieldBit;
        this.information = information;
    }

    /** A condition that says all by its code. */
    public static CheckCondition of(SenseCode code) {
        return new CheckCondition(code, NO_POINTER, NO_POINTER, NO_POINTER);
    }

    /** A condition with the INFORMATION field (SPC-4, 4.5.3). */
    public static CheckCondition at(SenseCode code, long information) {
        return new CheckCondition(code, NO_POINTER, NO_POINTER, information);
    }

    /** INVALID FIELD IN CDB, pointing at the field's first byte. */
    public static CheckCondition invalidField(int fieldByte) {
        return new CheckCondition(SenseCode.INVALID_FIELD_IN_CDB, fieldByte, NO_POINTER, NO_POINTER);
    }

    /** INVALID FIELD IN CDB, pointing at the field's most significant bit in its byte. */
    public static CheckCondition invalidField(int fieldByte, int fieldBit) {
        return new CheckCondition(SenseCode.INVALID_FIELD_IN_CDB, fieldByte, fieldBit, NO_POINTER);
    }

    /** INVALID FIELD IN PARAMETER LIST, pointing at the field's first byte. */
    public static CheckCondition invalidParameter(int fieldByte) {
        return new CheckCondition(SenseCode.INVALID_FIELD_IN_PARAMETER_LIST, fieldByte, NO_POINTER, NO_POINTER);
    }

    /** What is wrong. */
    public SenseCode code() {
        return code;
    }

    int fieldByte() {
        return fieldByte;
    }

    int fieldBit() {
        return fieldBit;
    }

    long information() {
        return information;
    }
}
