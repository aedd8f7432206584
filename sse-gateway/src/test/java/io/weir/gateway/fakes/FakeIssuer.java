package io.weir.gateway.fakes;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.security.PublicKey;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.lang.JoseException;

/** Gives every client a token, and everybody the key that signs service tokens. */
public final class FakeIssuer extends FakeServer {
    /** Key id of the one key. */
    static final String KID = "service";

    private final String keys;

    FakeIssuer(Vertx vertx, PublicKey key) {
        super(vertx);
        try {
            JsonWebKey jwk = JsonWebKey.Factory.newJwk(key);
            jwk.setKeyId(KID);
            keys = new JsonWebKeySet(jwk).toJson();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    void handle(HttpServerRequest request) {
        request.response().putHeader("Content-Type", "application/json").end(answer(request.path()));
    }

    private String answer(String path) {
        return switch (path) {
            case "/.well-known/openid-configuration" ->
                "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/jwks\",\"token_endpoint\":\"%s/token\"}"
                        .formatted(address(), address(), address());
            case "/jwks" -> keys;
            default -> "{\"access_token\":\"service-token\",\"token_type\":\"Bearer\",\"expires_in\":300}";
        };
    }
}
