package io.weir.bench.load;

import io.weir.bench.wire.EventStream;
import io.weir.bench.wire.Framing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A streamed answer of the Responses API, asked for by a request of its own. The agent's first token tells which it is. */
final class AnswerDialect implements Dialect {
    private final List<String> userTokens;

    AnswerDialect(List<String> userTokens) {
        this.userTokens = userTokens;
    }

    @Override
    public String path(int topic) {
        return "/v1/responses";
    }

    @Override
    public ByteBuffer request(String authority, int subscriber, int topic) {
        Map<String, String> headers = new HashMap<>();
        // The same request of the same account would be a repetition, and be answered by the stream that runs already.
        headers.put("Idempotency-Key", UUID.randomUUID().toString());
        if (!userTokens.isEmpty()) {
            headers.put("Authorization", "Bearer " + userTokens.get(subscriber % userTokens.size()));
        }
        return EventStream.request(
                authority, path(topic), headers, "{\"model\":\"demo\",\"input\":\"Tell me all.\",\"stream\":true}");
    }

    @Override
    public boolean passed(ByteBuffer in) throws IOException {
        return EventStream.passed(in);
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
        Marks.find(java.nio.charset.StandardCharsets.UTF_8.encode(text), number -> first[0] = number);
        if (first[0] >= AgentServer.FIRST_TOKEN) {
            return new Step.Follow(first[0] - AgentServer.FIRST_TOKEN);
        }
        return text.contains("\"error\"") && text.contains("failed") ? new Step.Refused(text) : new Step.Wait();
    }
}
