package io.weir.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a viewer has seen of a stream: its text, and how it ended in the words of its dialect.
 *
 * @param text all of it, by the rule for clients
 * @param ends its terminal events
 */
record MatrixView(String text, List<JsonNode> ends) {
    private static final List<String> TERMINALS =
            List.of("response.completed", "response.incomplete", "response.failed");

    /** As a client of the Responses dialect that dedupes by offset. */
    static MatrixView ofResponses(List<SseFrame> frames) {
        StringBuilder text = new StringBuilder();
        long last = 0;
        for (SseFrame frame : frames) {
            if (frame.data().equals("[DONE]")) {
                continue;
            }
            JsonNode event = frame.json();
            String type = event.path("type").asText();
            long offset = event.path("sequence_number").asLong();
            if (type.equals("weir.truncated")) {
                text.setLength(0);
                last = event.path("to").asLong();
            } else if (event.path("snapshot").asBoolean() && offset >= last) {
                text.setLength(0);
                text.append(event.path("delta").asText());
                last = offset;
            } else if (offset > last) {
                if (type.equals("response.output_text.delta")) {
                    text.append(event.path("delta").asText());
                }
                last = offset;
            }
        }
        List<JsonNode> ends = frames.stream()
                .filter(frame -> !frame.data().equals("[DONE]"))
                .map(SseFrame::json)
                .filter(event -> TERMINALS.contains(event.path("type").asText()))
                .toList();
        return new MatrixView(text.toString(), ends);
    }

    /** True with exactly one terminal event. */
    boolean endedOnce() {
        return ends.size() == 1;
    }

    /** {@code response.completed} and the like. */
    String terminal() {
        return ends.getLast().path("type").asText();
    }

    /** The reason, in the words of receipts. */
    String reason() {
        JsonNode end = ends.getLast();
        return switch (terminal()) {
            case "response.completed" -> "completed";
            case "response.incomplete" ->
                end.at("/response/incomplete_details/reason").asText();
            default -> end.at("/response/error/code").asText();
        };
    }

    /** The answer as the terminal event repeats it. */
    String repeated() {
        StringBuilder all = new StringBuilder();
        for (JsonNode item : ends.getLast().at("/response/output")) {
            for (JsonNode part : item.path("content")) {
                all.append(part.path("text").asText());
            }
        }
        return all.toString();
    }

    /** Output tokens of the terminal event. */
    long outputTokens() {
        return ends.getLast().at("/response/usage/output_tokens").asLong();
    }

    /** For people: the last of what came. */
    static String tail(List<SseFrame> frames) {
        return frames.subList(Math.max(0, frames.size() - 2), frames.size()).stream()
                .map(SseFrame::data)
                .map(data -> data.length() > 300 ? data.substring(0, 300) + "…" : data)
                .collect(Collectors.joining(" | "));
    }
}
