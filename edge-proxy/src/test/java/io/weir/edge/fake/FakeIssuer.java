package io.weir.edge.fake;

import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.build.Jwt;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** An OpenID provider in small: every sign-in succeeds as the user {@code alice}, PKCE is checked. */
public final class FakeIssuer {
    private final KeyPair keys;
    private final HttpServer server;
    private final Map<String, String> challenges = new ConcurrentHashMap<>();

    public FakeIssuer(Vertx vertx) {
        this.keys = newKeys();
        this.server = vertx.createHttpServer(
                        new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                .requestHandler(this::handle)
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    public String url() {
        return "http://127.0.0.1:" + server.actualPort() + "/weir";
    }

    /** A token for a user with the role user. */
    public String token(String user) {
        return token(user, Map.of("roles", List.of("user")), Duration.ofHours(1));
    }

    /** A token with these claims; a negative life makes an expired one. */
    public String token(String user, Map<String, Object> claims, Duration life) {
        return sign(user, "weir-api", claims, life);
    }

    /** A token of a foreign issuer under our name. */
    public String forged(String user) {
        return Jwt.issuer(url())
                .subject(user)
                .expiresAt(Instant.now().plusSeconds(600))
                .jws()
                .keyId("test")
                .algorithm(SignatureAlgorithm.RS256)
                .sign(newKeys().getPrivate());
    }

    private String sign(String user, String audience, Map<String, Object> claims, Duration life) {
        var builder = Jwt.issuer(url()).subject(user).audience(audience);
        claims.forEach(builder::claim);
        Instant now = Instant.now();
        return builder.issuedAt(now.minusSeconds(3600))
                .expiresAt(now.plus(life))
                .jws()
                .keyId("test")
                .algorithm(SignatureAlgorithm.RS256)
                .sign(keys.getPrivate());
    }

    private void handle(HttpServerRequest request) {
        switch (request.path()) {
            case "/weir/.well-known/openid-configuration" -> json(request, discovery());
            case "/weir/jwks" -> json(request, jwks());
            case "/weir/authorize" -> authorize(request);
            case "/weir/token" -> request.body().onSuccess(body -> token(request, form(body.toString())));
            case "/weir/endsession" -> redirect(request, request.getParam("post_logout_redirect_uri"));
            default -> request.response().setStatusCode(404).end();
        }
    }

    private JsonObject discovery() {
        return new JsonObject()
                .put("issuer", url())
                .put("authorization_endpoint", url() + "/authorize")
                .put("token_endpoint", url() + "/token")
                .put("jwks_uri", url() + "/jwks")
                .put("end_session_endpoint", url() + "/endsession")
                .put("response_types_supported", List.of("code"))
                .put("subject_types_supported", List.of("public"))
                .put("id_token_signing_alg_values_supported", List.of("RS256"));
    }

    private JsonObject jwks() {
        var key = (RSAPublicKey) keys.getPublic();
        return new JsonObject()
                .put(
                        "keys",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("kty", "RSA")
                                        .put("use", "sig")
                                        .put("alg", "RS256")
                                        .put("kid", "test")
                                        .put("n", unsigned(key.getModulus()))
                                        .put("e", unsigned(key.getPublicExponent()))));
    }

    private void authorize(HttpServerRequest request) {
        String code = "code-" + challenges.size();
        challenges.put(code, request.getParam("code_challenge"));
        redirect(request, request.getParam("redirect_uri") + "?code=" + code + "&state=" + request.getParam("state"));
    }

    private void token(HttpServerRequest request, MultiMap form) {
        if ("client_credentials".equals(form.get("grant_type"))) {
            json(request, tokens(sign("edge", "services", Map.of("scope", form.get("scope")), Duration.ofHours(1))));
            return;
        }
        String challenge = challenges.remove(form.get("code"));
        if (challenge == null || !challenge.equals(s256(form.get("code_verifier")))) {
            request.response().setStatusCode(400).end("{\"error\":\"invalid_grant\"}");
            return;
        }
        Map<String, Object> claims = Map.of("roles", List.of("user"));
        json(
                request,
                tokens(sign("alice", "weir-api", claims, Duration.ofHours(1)))
                        .put("id_token", sign("alice", "weir-console", claims, Duration.ofHours(1)))
                        .put("refresh_token", "refresh"));
    }

    private static JsonObject tokens(String access) {
        return new JsonObject()
                .put("access_token", access)
                .put("token_type", "Bearer")
                .put("expires_in", 3600);
    }

    private static void json(HttpServerRequest request, JsonObject body) {
        request.response().putHeader("Content-Type", "application/json").end(body.encode());
    }

    private static void redirect(HttpServerRequest request, String target) {
        request.response().setStatusCode(302).putHeader("Location", target).end();
    }

    private static MultiMap form(String body) {
        var form = MultiMap.caseInsensitiveMultiMap();
        Arrays.stream(body.split("&"))
                .map(pair -> pair.split("=", 2))
                .forEach(pair -> form.add(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
        return form;
    }

    private static String s256(String verifier) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int start = bytes[0] == 0 ? 1 : 0;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOfRange(bytes, start, bytes.length));
    }

    private static KeyPair newKeys() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
