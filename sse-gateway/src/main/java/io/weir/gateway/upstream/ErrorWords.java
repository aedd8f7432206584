package io.weir.gateway.upstream;

import io.weir.streams.json.JsonSlices;
import java.util.Optional;

/** What an agent says about its own failure: a text, or an object with a {@code message}. */
final class ErrorWords {
    private ErrorWords() {}

    /** The words in a member of an event, if there are any. */
    static Optional<String> of(JsonSlices event, int member) {
        String words =
                switch (event.kind(member)) {
                    case STRING -> event.string(member, "");
                    case OBJECT -> {
                        var error = new JsonSlices("message");
                        error.scan(event.raw(member));
                        yield error.string(0, "");
                    }
                    case ABSENT, NUMBER, ARRAY, TRUE, FALSE, NULL -> "";
                };
        return words.isBlank() ? Optional.empty() : Optional.of(words);
    }
}
