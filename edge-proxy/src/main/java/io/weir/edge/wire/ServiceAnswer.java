package io.weir.edge.wire;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.weir.contracts.problem.Problem;
import io.weir.contracts.problem.ProblemType;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * A service's answer, whatever its status.
 *
 * @param status HTTP status
 * @param headers response headers
 * @param body the body, as sent
 */
public record ServiceAnswer(int status, MultiMap headers, Buffer body) {
    /** True for 2xx. */
    public boolean ok() {
        return status / 100 == 2;
    }

    /**
     * The body as a record.
     *
     * @throws IOException if it is not one
     */
    public <T> T as(ObjectMapper json, Class<T> type) throws IOException {
        return json.readValue(body.getBytes(), type);
    }

    /** The problem type that the body names, if it is a problem of ours. */
    public Optional<ProblemType> problem(ObjectMapper json) {
        try {
            var uri = as(json, Problem.class).type();
            return Arrays.stream(ProblemType.values())
                    .filter(type -> type.uri().equals(uri))
                    .findFirst();
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
