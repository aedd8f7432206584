package io.weir.gateway.fakes;

import io.smallrye.jwt.build.Jwt;
import io.weir.contracts.id.StreamId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.PrivateKey;
import java.time.Duration;

/** The gateway under test, as an edge sees it. */
public final class Gateway {
    /** An ordinary request body. */
    public static final String BODY = "{\"input\":\"say hello\",\"stream\":true}";

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final URI streams;

    /** The gateway whose stream endpoint this is. */
    public Gateway(URI streams) {
        this.streams = streams;
    }

    /** Opens a stream with plenty of credit, in a session of its own. */
    public SseCall open(StreamId stream, String agent) {
        return open(stream, agent, "s-" + stream);
    }

    /** Opens a stream in a session. */
    public SseCall open(StreamId stream, String agent, String session) {
        return send(Tickets.sign(Tickets.claims(stream, agent, session, BODY, 1_000_000, true, 0)), BODY);
    }

    /** Opens a stream with this much credit. */
    public SseCall open(StreamId stream, long grantedMicro, boolean last, long availableMicro) {
        var claims = Tickets.claims(stream, "demo", "s-" + stream, BODY, grantedMicro, last, availableMicro);
        return send(Tickets.sign(claims), BODY);
    }

    /** Sends any ticket with any body. */
    public SseCall send(String ticket, String body) {
        return SseCall.post(streams, ticket, body);
    }

    /** What {@code /q/metrics} says. */
    public String metrics() {
        HttpRequest request = HttpRequest.newBuilder(streams.resolve("/q/metrics"))
                .timeout(PATIENCE)
                .build();
        try (HttpClient client = client()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As the other services ask: HTTP/1.1, and no offer to change to HTTP/2. */
    private static HttpClient client() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    /** Stops a stream as a service with this scope; the status. */
    public int stop(StreamId stream, PrivateKey key, String scope) {
        return call("DELETE", "/v1/streams/" + stream, "", key, scope).statusCode();
    }

    /** Any call of a control endpoint as a service with this scope. */
    public HttpResponse<String> call(String method, String path, String body, PrivateKey key, String scope) {
        HttpRequest request = HttpRequest.newBuilder(streams.resolve(path))
                .header("Authorization", "Bearer " + token(key, scope))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .timeout(PATIENCE)
                .build();
        try (HttpClient client = client()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The token of a service with this scope. */
    public static String token(PrivateKey key, String scope) {
        return Jwt.claims()
                .subject("edge")
                .claim("scope", scope)
                .jws()
                .keyId(FakeIssuer.KID)
                .sign(key);
    }
}
