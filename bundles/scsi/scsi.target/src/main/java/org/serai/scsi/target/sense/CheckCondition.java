package org.serai.scsi.target.sense;

/** A command ends with CHECK CONDITION. Made on the way of errors only; carries no stack trace. */
public final class CheckCondition extends Exception {
    private static final long serialVersionUID = 1;

    /** No INFORMATION field. */
    public static final long NO_INFORMATION = -1;

    private static final int VALID = 0x80_0000;
    private static final int IN_CDB = 0x40_0000;
    private static final int IN_SEGMENT = 0x20_0000;
    private static final int BIT_VALID = 0x08_0000;
    private static final int WHOLE = 0x1_0000;
    private static final int NO_BIT = -1;

    private final SenseCode code;
    private final int specific;
    private final long information;

    private CheckCondition(SenseCode code, int specific, long information) {
        super(code.name(), null, false, false);
        this.code = code;
        this.specific = specific;
        this.information = information;
    }

    /** The same condition as another node had it. */
    public static CheckCondition again(SenseCode code, int specific, long information) {
        return new CheckCondition(code, specific, information);
    }

    /** A condition that says all by its code. */
    public static CheckCondition of(SenseCode code) {
        return new CheckCondition(code, 0, NO_INFORMATION);
    }

    /** A condition with the INFORMATION field (SPC-4, sense data). */
    public static CheckCondition at(SenseCode code, long information) {
        return new CheckCondition(code, 0, information);
    }

    /** INVALID FIELD IN CDB, pointing at the field's first byte. */
    public static CheckCondition invalidField(int fieldByte) {
        return invalidField(fieldByte, NO_BIT);
    }

    /** INVALID FIELD IN CDB, pointing at the field's most significant bit in its byte. */
    public static CheckCondition invalidField(int fieldByte, int fieldBit) {
        int bit = fieldBit >= 0 ? BIT_VALID | fieldBit << 16 : 0;
        return new CheckCondition(
                SenseCode.INVALID_FIELD_IN_CDB, VALID | IN_CDB | bit | fieldByte & 0xFFFF, NO_INFORMATION);
    }

    /** INVALID FIELD IN PARAMETER LIST, pointing at the field's first byte. */
    public static CheckCondition invalidParameter(int fieldByte) {
        return invalidParameter(SenseCode.INVALID_FIELD_IN_PARAMETER_LIST, fieldByte);
    }

    /** A condition of the parameter list, pointing at a field's first byte. */
    public static CheckCondition invalidParameter(SenseCode code, int fieldByte) {
        return new CheckCondition(code, VALID | fieldByte & 0xFFFF, NO_INFORMATION);
    }

    /**
     * A condition of a segment of a copy, pointing at a field of its descriptor (SPC-4, segment pointer).
     *
     * @param segment how many segments were done before
     */
    public static CheckCondition inSegment(SenseCode code, int segment, int fieldByte) {
        return new CheckCondition(code, VALID | IN_SEGMENT | fieldByte & 0xFFFF, segment);
    }

    /** A condition with the progress of what is under way (SPC-4, progress indication), from 0 to 1. */
    public static CheckCondition progress(SenseCode code, double part) {
        return new CheckCondition(code, VALID | Math.clamp((long) (part * WHOLE), 0, WHOLE - 1), NO_INFORMATION);
    }

    /** What is wrong. */
    public SenseCode code() {
        return code;
    }

    /** The sense-key specific field of 24 bits with its SKSV bit; 0 if there is none. */
    public int specific() {
        return specific;
    }

    /** The INFORMATION field, or {@link #NO_INFORMATION}. */
    public long information() {
        return information;
    }
}
