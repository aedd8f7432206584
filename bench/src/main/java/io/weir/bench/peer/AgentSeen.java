package io.weir.bench.peer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.local.stack.LocalStack;
import io.weir.local.stack.Part;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits until Weir's gateway takes the agent for well: it begins to listen when all else runs. */
final class AgentSeen implements RunningChain.Readiness {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int LONGEST_SECONDS = 90;
    private static final int POLL_MILLIS = 100;

    private final LocalStack stack;

    AgentSeen(LocalStack stack) {
        this.stack = stack;
    }

    @Override
    public void await() throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(stack.url(Part.GATEWAY) + "/v1/machines"))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + stack.serviceToken(Part.EDGE))
                .build();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
        String last = "";
        try (var http = HttpClient.newHttpClient()) {
            while (System.nanoTime() < end) {
                try {
                    last = http.send(request, BodyHandlers.ofString()).body();
                    if (isWell(new ObjectMapper().readTree(last))) {
                        return;
                    }
                } catch (IOException e) {
                    last = String.valueOf(e.getMessage());
                }
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        }
        throw new IOException("the gateway has not seen the agent: " + last);
    }

    /** The one machine there is. */
    private static boolean isWell(JsonNode machines) {
        return machines.findValues("healthy").stream().anyMatch(JsonNode::asBoolean)
                && machines.findValues("leftAlone").stream().noneMatch(JsonNode::asBoolean);
    }
}
