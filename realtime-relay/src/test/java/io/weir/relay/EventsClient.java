package io.weir.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.id.StreamId;
import io.weir.streams.life.ReaderCursor;
import io.weir.streams.run.CanonicalReader;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Reads streams over HTTP, as the edge does. */
final class EventsClient {
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI base;

    EventsClient(URI base) {
        this.base = base;
    }

    /** What a reader was told up to the end of the response. */
    record Told(
            int status,
            String contentType,
            String body,
            ReaderCursor cursor,
            List<String> ours,
            List<String> snapshots) {}

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(20));
    }

    HttpResponse<String> get(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads to the end on behalf of an account, as a service. */
    Told read(StreamId stream, String account, long after) {
        var request = request("/v1/streams/" + stream + "/events?after=" + after)
                .header("Authorization", "Bearer " + Tokens.service("internal"))
                .header("Weir-Tenant", "default")
                .header("Weir-Account", account)
                .build();
        HttpResponse<String> response = get(request);
        var cursor = new ReaderCursor();
        List<String> ours = new ArrayList<>();
        List<String> snapshots = new ArrayList<>();
        if (response.statusCode() == 200) {
            var reader = new CanonicalReader(1 << 22, new CanonicalReader.Handler() {
                @Override
                public void run(Run run) {
                    cursor.offer(run);
                }

                @Override
                public void snapshot(Deltas text) {
                    snapshots.add(text.text().toString(StandardCharsets.UTF_8));
                    cursor.snapshot(text);
                }

                @Override
                public void weir(String type, ByteBuf json) {
                    ours.add(type + " " + json.toString(StandardCharsets.UTF_8));
                }
            });
            reader.feed(Unpooled.copiedBuffer(response.body(), StandardCharsets.UTF_8));
            reader.end();
        }
        String type = response.headers().firstValue("Content-Type").orElse("");
        return new Told(response.statusCode(), type, response.body(), cursor, ours, snapshots);
    }

    /** The same, meanwhile. */
    CompletableFuture<Told> readLater(StreamId stream, String account, long after) {
        return CompletableFuture.supplyAsync(() -> read(stream, account, after));
    }

    /** The raw bytes as they come. */
    InputStream open(StreamId stream, String bearer, long after) throws IOException, InterruptedException {
        var request = request("/v1/streams/" + stream + "/events?after=" + after)
                .header("Authorization", "Bearer " + bearer)
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofInputStream()).body();
    }
}
