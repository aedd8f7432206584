package io.weir.bench.load;

import io.weir.bench.wire.EventStream;
import io.weir.bench.wire.Framing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A streamed answer of the Responses API, asked for by a request of its own. The agent's first token tells which it is. */
final class AnswerDialect implements Dialect {
    private static final Pattern STREAM = Pattern.compile("(?im)^weir-stream-id:(.*)$");

    private final List<String> userTokens;
    private final Map<String, String> more;
    /** Names of the streams that subscribers read, where the server tells them. */
    private final Map<Integer, String> streams = new HashMap<>();

    AnswerDialect(List<String> userTokens, Map<String, String> more) {
        this.userTokens = userTokens;
        this.more = more;
    }

    @Override
    public String path(int topic) {
        return "/v1/responses";
    }

    @Override
    public ByteBuffer request(String authority, int subscriber, int topic) {
        Map<String, String> headers = new HashMap<>(more);
        // The same request of the same account would be a repetition, and be answered by the stream that runs already.
        headers.put("Idempotency-Key", UUID.randomUUID().toString());
        headers.putAll(authorization(subscriber));
        return EventStream.request(
                authority, path(topic), headers, "{\"model\":\"demo\",\"input\":\"Tell me all.\",\"stream\":true}");
    }

    private Map<String, String> authorization(int subscriber) {
        return userTokens.isEmpty()
                ? Map.of()
                : Map.of("Authorization", "Bearer " + userTokens.get(subscriber % userTokens.size()));
    }

    @Override
    public boolean passed(ByteBuffer in, int subscriber) throws IOException {
        Optional<String> head = EventStream.head(in);
        head.map(STREAM::matcher)
                .filter(Matcher::find)
                .ifPresent(found -> streams.put(subscriber, found.group(1).strip()));
        return head.isPresent();
    }

    @Override
    public Optional<ByteBuffer> stop(String authority, int subscriber) {
        return Optional.ofNullable(streams.get(subscriber))
                .map(stream -> EventStream.delete(authority, "/api/streams/" + stream, authorization(subscriber)));
    }

    @Override
    public Framing framing() {
        return new EventStream();
    }

    @Override
    public Optional<String> greeting(int subscriber, int topic) {
        return Optional.empty();
    }

    @Override
    public Step hear(String text, int topic) {
        int[] first = {-1};
        Marks.find(StandardCharsets.UTF_8.encode(text), number -> first[0] = number);
        if (first[0] >= Answers.FIRST_TOKEN) {
            return new Step.Follow(first[0] - Answers.FIRST_TOKEN);
        }
        return text.contains("\"error\"") && text.contains("failed") ? new Step.Refused(text) : new Step.Wait();
    }
}
