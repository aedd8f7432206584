package io.weir.edge.fake;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A caller over real HTTP/1.1. */
public final class Browser {
    private final HttpClient client;
    private final URI edge;
    private final @Nullable String token;

    public Browser(URI edge, @Nullable String token) {
        this(
                edge,
                token,
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(5))
                        .build());
    }

    /** A caller over a client of the test's own. */
    public Browser(URI edge, @Nullable String token, HttpClient client) {
        this.edge = edge;
        this.token = token;
        this.client = client;
    }

    /** A whole answer; headers come in pairs. */
    public HttpResponse<String> call(String method, String path, @Nullable String body, String... headers)
            throws IOException, InterruptedException {
        return client.send(request(method, path, body, headers), BodyHandlers.ofString());
    }

    /** An answer that is read as it comes. */
    public Reading read(String method, String path, @Nullable String body, String... headers)
            throws IOException, InterruptedException {
        HttpResponse<InputStream> response =
                client.send(request(method, path, body, headers), BodyHandlers.ofInputStream());
        return new Reading(response);
    }

    /** Like {@link #call}, but the body is sent only when the other side asks for it. */
    public HttpResponse<String> callWaiting(String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(request(method, path, body), (_, _) -> true)
                .expectContinue(true)
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    /** Like {@link #read}, over HTTP/2. */
    public Reading readHttp2(String method, String path, @Nullable String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(request(method, path, body), (_, _) -> true)
                .version(HttpClient.Version.HTTP_2)
                .build();
        return new Reading(client.send(request, BodyHandlers.ofInputStream()));
    }

    /** Like {@link #call}, with a body of no declared length. */
    public HttpResponse<String> callChunked(String method, String path, String body)
            throws IOException, InterruptedException {
        var bytes = new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(request(method, path, body), (_, _) -> true)
                .method(method, BodyPublishers.ofInputStream(() -> bytes))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    /** Sends a request and waits for nothing; cancelling closes the connection. */
    public CompletableFuture<HttpResponse<InputStream>> begin(String method, String path, @Nullable String body) {
        return client.sendAsync(request(method, path, body), BodyHandlers.ofInputStream());
    }

    private HttpRequest request(String method, String path, @Nullable String body, String... headers) {
        var builder = HttpRequest.newBuilder(edge.resolve(path))
                .timeout(Duration.ofSeconds(20))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null) {
            builder.header("Content-Type", "application/json");
        }
        if (token != null) {
            builder.header("Authorization", "Bearer " + token);
        }
        for (int i = 0; i < headers.length; i += 2) {
            builder.setHeader(headers[i], headers[i + 1]);
        }
        return builder.build();
    }
}
