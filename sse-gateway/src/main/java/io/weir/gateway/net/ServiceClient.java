package io.weir.gateway.net;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.Duration;

/** JSON calls to other services of ours, with the service token and a time bound. Completes on the caller's context. */
@ApplicationScoped
public class ServiceClient {
    private static final int UNAUTHORIZED = 401;

    private final ServiceTokens tokens;

    /** Calls go out on the client that each call names. */
    public ServiceClient(ServiceTokens tokens) {
        this.tokens = tokens;
    }

    /**
     * An answer, whatever its status.
     *
     * @param status HTTP status
     * @param body the body
     */
    public record Answer(int status, Buffer body) {}

    /** Posts JSON. Fails if there is no answer within {@code bound}. */
    public Future<Answer> post(HttpClient client, URI target, Buffer json, Duration bound) {
        var options = options(HttpMethod.POST, target)
                .setTimeout(bound.toMillis())
                .putHeader("Content-Type", "application/json")
                .putHeader("Accept", "application/json");
        return tokens.bearer()
                .compose(bearer -> client.request(options.putHeader("Authorization", bearer)))
                .compose(request -> request.send(json))
                .compose(ServiceClient::answer)
                .onSuccess(this::noteRefusal);
    }

    /** Opens a response that goes on for long; the caller reads it and closes it. */
    public Future<HttpClientResponse> open(HttpClient client, RequestOptions options) {
        return tokens.bearer()
                .compose(bearer -> client.request(options.putHeader("Authorization", bearer)))
                .compose(HttpClientRequest::send);
    }

    /** Request options for an absolute address. */
    public static RequestOptions options(HttpMethod method, URI target) {
        return new RequestOptions().setMethod(method).setAbsoluteURI(target.toString());
    }

    private void noteRefusal(Answer answer) {
        if (answer.status() == UNAUTHORIZED) {
            tokens.refused();
        }
    }

    private static Future<Answer> answer(HttpClientResponse response) {
        return response.body().map(body -> new Answer(response.statusCode(), body));
    }
}
