package io.weir.gateway.fakes;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;

/** Gives every client a token. */
public final class FakeIssuer extends FakeServer {
    FakeIssuer(Vertx vertx) {
        super(vertx);
    }

    @Override
    void handle(HttpServerRequest request) {
        request.response()
                .putHeader("Content-Type", "application/json")
                .end("{\"access_token\":\"service-token\",\"token_type\":\"Bearer\",\"expires_in\":300}");
    }
}
