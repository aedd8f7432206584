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
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Reads a stream to its end as the edge does: from wherever the last connection was lost, through any relay. */
final class FollowingReader {
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Supplier<URI> relay;
    private final StreamId stream;
    private final String account;
    private final ReaderCursor cursor = new ReaderCursor();
    private int terminals;
    private int connections;
    private volatile long last;

    FollowingReader(Supplier<URI> relay, StreamId stream, String account) {
        this.relay = relay;
        this.stream = stream;
        this.account = account;
    }

    /** Follows until the terminal, for at most a minute and a half. */
    FollowingReader follow() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (cursor.terminal().isEmpty() && System.nanoTime() < end) {
            connections++;
            try {
                read();
            } catch (IOException e) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        return this;
    }

    private void read() throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(
                        relay.get().resolve("/v1/streams/" + stream + "/events?after=" + cursor.last()))
                .timeout(Duration.ofSeconds(10))
                .header("Authorization", "Bearer " + Tokens.service("internal"))
                .header("Weir-Tenant", "default")
                .header("Weir-Account", account)
                .build();
        HttpResponse<InputStream> response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            response.body().close();
            throw new IOException("status " + response.statusCode());
        }
        var reader = new CanonicalReader(1 << 22, new CanonicalReader.Handler() {
            @Override
            public void run(Run run) {
                if (cursor.offer(run) instanceof ReaderCursor.Step.Taken && run instanceof Run.Terminal) {
                    terminals++;
                }
                last = cursor.last();
            }

            @Override
            public void snapshot(Deltas text) {
                cursor.snapshot(text);
                last = cursor.last();
            }

            @Override
            public void weir(String type, ByteBuf json) {
                if (type.equals("weir.truncated")) {
                    throw new IllegalStateException("truncated at " + cursor.last());
                }
            }
        });
        try (InputStream body = response.body()) {
            byte[] buffer = new byte[8192];
            int count = body.read(buffer);
            while (count >= 0) {
                reader.feed(Unpooled.copiedBuffer(buffer, 0, count));
                count = body.read(buffer);
            }
        }
    }

    String text() {
        return cursor.text();
    }

    /** Last offset seen so far. Any thread. */
    long last() {
        return last;
    }

    int terminals() {
        return terminals;
    }

    int connections() {
        return connections;
    }
}
