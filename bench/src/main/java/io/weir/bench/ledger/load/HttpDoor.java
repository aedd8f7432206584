package io.weir.bench.ledger.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.weir.contracts.holds.ClaimRequest;
import io.weir.contracts.holds.ReserveRequest;
import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.holds.UpdateBatch;
import io.weir.contracts.id.StreamId;

/** The service's endpoints over kept connections. Answers are read, but not understood: a gateway would do that. */
final class HttpDoor implements Door {
    private static final ObjectMapper JSON = new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
    private static final String HOLDS = "/v1/holds";

    private final HttpClient http;
    private final String authorization;

    HttpDoor(Vertx vertx, DoorSpec spec) {
        this.http = vertx.createHttpClient(
                new HttpClientOptions().setDefaultHost("127.0.0.1").setDefaultPort(spec.port()),
                new PoolOptions().setHttp1MaxSize(spec.connections()));
        this.authorization = "Bearer " + spec.token();
    }

    @Override
    public Future<?> reserve(ReserveRequest request) {
        return post(HOLDS, request);
    }

    @Override
    public Future<?> claim(StreamId stream, ClaimRequest request) {
        return post(HOLDS + "/" + stream + "/claim", request);
    }

    @Override
    public Future<?> update(UpdateBatch batch) {
        return post(HOLDS + "/updates", batch);
    }

    @Override
    public Future<?> settle(StreamId stream, SettleRequest request) {
        return post(HOLDS + "/" + stream + "/settle", request);
    }

    private Future<?> post(String path, Object body) {
        Buffer text = text(body);
        return http.request(HttpMethod.POST, path)
                .compose(request -> request.putHeader(HttpHeaders.AUTHORIZATION, authorization)
                        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                        .send(text))
                .compose(HttpDoor::read);
    }

    private static Future<?> read(HttpClientResponse response) {
        return response.body()
                .compose(body -> response.statusCode() / 100 == 2
                        ? Future.succeededFuture(body)
                        : Future.failedFuture(response.statusCode() + " " + body));
    }

    private static Buffer text(Object body) {
        try {
            return Buffer.buffer(JSON.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a request that is no JSON", e);
        }
    }
}
