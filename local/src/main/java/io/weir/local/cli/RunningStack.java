package io.weir.local.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.local.stack.IssuerClient;
import io.weir.local.stack.Layout;
import io.weir.local.stack.Part;
import io.weir.local.stack.StackFile;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The stack that the other commands talk to. */
final class RunningStack {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final StackFile file;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();

    private RunningStack(StackFile file) {
        this.file = file;
    }

    static RunningStack find(@Nullable Path dataDirectory) throws CommandFailure {
        Layout layout = Layout.find();
        Layout chosen = dataDirectory == null ? layout : new Layout(layout.root(), dataDirectory);
        return StackFile.read(chosen)
                .map(RunningStack::new)
                .orElseThrow(() -> new CommandFailure("Weir is not up. Start it with ./weir up"));
    }

    String url(Part part) {
        return file.url(part);
    }

    StackFile file() {
        return file;
    }

    HttpClient http() {
        return http;
    }

    String token(String user) throws IOException, InterruptedException {
        return new IssuerClient(http, file.issuer()).token(user);
    }

    String token(String user, Duration lifetime) throws IOException, InterruptedException {
        return new IssuerClient(http, file.issuer()).token(user, lifetime);
    }

    JsonNode get(String url, String token) throws IOException, InterruptedException, CommandFailure {
        return send(HttpRequest.newBuilder(URI.create(url)).GET(), token);
    }

    JsonNode post(String url, String token, JsonNode body) throws IOException, InterruptedException, CommandFailure {
        return send(
                HttpRequest.newBuilder(URI.create(url))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString())),
                token);
    }

    private JsonNode send(HttpRequest.Builder request, String token)
            throws IOException, InterruptedException, CommandFailure {
        HttpResponse<String> response = http.send(
                request.timeout(TIMEOUT)
                        .header("Authorization", "Bearer " + token)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw new CommandFailure(reason(response.statusCode(), response.body()));
        }
        return JSON.readTree(response.body());
    }

    /** What a refusal says, in one line. */
    static String reason(int status, String body) {
        try {
            JsonNode problem = JSON.readTree(body);
            String detail = problem.path("detail").asText(problem.path("title").asText(""));
            return detail.isEmpty() ? "Refused with status " + status + "." : detail + " (status " + status + ")";
        } catch (JsonProcessingException _) {
            return "Refused with status " + status + ".";
        }
    }

    static String inPath(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
