package io.weir.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Collectors;

/** Reads answers as the clients of each dialect do. */
final class Dialects {
    private Dialects() {}

    /** The text of {@code data: {"token":"…"}} frames. */
    static String tokens(List<SseFrame> frames) {
        return frames.stream()
                .filter(f -> !f.data().equals("[DONE]"))
                .map(f -> f.json().path("token").asText(""))
                .collect(Collectors.joining());
    }

    /** The text of {@code data: {"type":"chunk","text":"…"}} frames. */
    static String chunks(List<SseFrame> frames) {
        return frames.stream()
                .map(SseFrame::json)
                .filter(j -> j.path("type").asText().equals("chunk"))
                .map(j -> j.path("text").asText())
                .collect(Collectors.joining());
    }

    /** The text of Responses deltas. */
    static String responses(List<SseFrame> frames) {
        return frames.stream()
                .filter(f -> !f.data().equals("[DONE]"))
                .map(SseFrame::json)
                .filter(j -> j.path("type").asText().equals("response.output_text.delta"))
                .map(j -> j.path("delta").asText())
                .collect(Collectors.joining());
    }

    /** The reason with which a token stream ended: {@code completed} for {@code [DONE]}. */
    static String tokenEnd(List<SseFrame> frames) {
        SseFrame last = frames.getLast();
        if (last.data().equals("[DONE]")) {
            return "[DONE]";
        }
        JsonNode error = last.json();
        return error.path("reason").asText("no terminal: " + last.data());
    }
}
