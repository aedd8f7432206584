package io.weir.edge.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Writing our own records, which always works. */
public final class Json {
    private Json() {}

    /** The record as JSON. */
    public static byte[] bytes(ObjectMapper json, Object record) {
        try {
            return json.writeValueAsBytes(record);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("our own records must be writable", e);
        }
    }
}
