package io.weir.bench.load;

import java.nio.charset.StandardCharsets;

/** What a message says, the same for every server: a token's text and its time, as JSON. */
final class Payload {
    /** About what a token takes with the words around it that a model's tokenizer yields. */
    static final int TEXT_BYTES = 16;

    private Payload() {}

    static String json(int number) {
        return "{\"delta\":\"" + new String(Marks.text(number, TEXT_BYTES), StandardCharsets.US_ASCII) + "\",\"t\":"
                + number + "}";
    }
}
