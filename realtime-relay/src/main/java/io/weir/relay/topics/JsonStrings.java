package io.weir.relay.topics;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/** Strings in JSON that is written by hand. */
final class JsonStrings {
    private JsonStrings() {}

    /** Appends a JSON string. */
    static StringBuilder quoted(StringBuilder out, String text) {
        return out.append('"')
                .append(JsonStringEncoder.getInstance().quoteAsString(text))
                .append('"');
    }
}
