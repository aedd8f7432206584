package io.weir.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Collectors;

/** A column of the second table: a dialect in which a caller reads a stream. */
enum MatrixOutlook {
    RESPONSES("Responses", "responses", false),
    CHAT_COMPLETIONS("chat.completions", "chat_completions", false),
    TOKEN("token SSE", "token", false),
    CHUNK("chunk SSE", "chunk", false),
    TOKEN_LINES("token NDJSON", "token", true);

    private final String title;
    private final String dialect;
    private final boolean lines;

    MatrixOutlook(String title, String dialect, boolean lines) {
        this.title = title;
        this.dialect = dialect;
        this.lines = lines;
    }

    String title() {
        return title;
    }

    /** Reads a stream from its beginning. */
    LiveStream open(User user, String streamId) {
        var request = user.request("/api/streams/" + streamId + "?after=0&dialect=" + dialect);
        if (lines) {
            request.header("Accept", "application/x-ndjson");
        }
        return User.open(request.GET().build());
    }

    /** The text that its clients show. */
    String text(List<SseFrame> frames) {
        return switch (this) {
            case RESPONSES -> MatrixView.ofResponses(frames).text();
            case CHAT_COMPLETIONS ->
                objects(frames).stream()
                        .map(chunk -> chunk.at("/choices/0/delta/content").asText(""))
                        .collect(Collectors.joining());
            case TOKEN, TOKEN_LINES -> Dialects.tokens(frames);
            case CHUNK ->
                Dialects.chunks(frames.stream()
                        .filter(frame -> !frame.data().equals("[DONE]"))
                        .toList());
        };
    }

    /** What is shown of the end. */
    String ending(List<SseFrame> frames) {
        List<JsonNode> objects = objects(frames);
        JsonNode last = objects.isEmpty() ? Json.parse("{}") : objects.getLast();
        boolean done = frames.getLast().data().equals("[DONE]");
        return switch (this) {
            case RESPONSES -> "`" + MatrixView.ofResponses(frames).terminal().substring("response.".length()) + "`";
            case CHAT_COMPLETIONS -> {
                String finish = last.at("/choices/0/finish_reason").asText("");
                yield (last.has("error") ? "error" : "`" + finish + "`") + (done ? ", `[DONE]`" : "");
            }
            case TOKEN, TOKEN_LINES, CHUNK -> simple(last, done);
        };
    }

    private static String simple(JsonNode last, boolean done) {
        if (last.has("error") || last.path("type").asText().equals("error")) {
            return "error `" + last.path("reason").asText() + "`" + (done ? ", `[DONE]`" : "");
        }
        boolean said =
                last.path("type").asText().equals("done") || last.path("done").asBoolean();
        return done ? "`[DONE]`" : said ? "`done`" : "`" + last + "`";
    }

    private static List<JsonNode> objects(List<SseFrame> frames) {
        return frames.stream()
                .filter(frame -> !frame.data().equals("[DONE]"))
                .map(SseFrame::json)
                .toList();
    }
}
