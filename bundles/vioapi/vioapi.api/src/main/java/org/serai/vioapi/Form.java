package org.serai.vioapi;

/** How a document is written. Both forms have the same content. */
public enum Form {
    /** XML, as the schema says. */
    XML("application/xml"),
    /** JSON: attributes are members with a value, elements are members with an array of objects. */
    JSON("application/json");

    private final String mediaType;

    Form(String mediaType) {
        this.mediaType = mediaType;
    }

    /** Its media type. */
    public String mediaType() {
        return mediaType;
    }
}
