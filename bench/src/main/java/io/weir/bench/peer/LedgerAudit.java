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

/** Has Weir's ledger prove itself after a load. */
final class LedgerAudit implements RunningChain.Audit {
    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final int INVARIANTS = 9;

    private final LocalStack stack;

    LedgerAudit(LocalStack stack) {
        this.stack = stack;
    }

    @Override
    public void check() throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(stack.url(Part.METERING) + "/v1/audit"))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + stack.token("billing"))
                .build();
        try (var http = HttpClient.newHttpClient()) {
            judge(new ObjectMapper()
                    .readTree(http.send(request, BodyHandlers.ofString()).body()));
        }
    }

    private static void judge(JsonNode audit) {
        int held = 0;
        for (JsonNode invariant : audit.path("invariants")) {
            held += invariant.path("violations").asLong(-1) == 0 ? 1 : 0;
        }
        if (held != INVARIANTS || audit.path("chain").has("brokenAt")) {
            throw new IllegalStateException("the ledger does not prove itself: " + audit);
        }
    }
}
