package io.weir.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The issuer as a process of its own, over HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LocalIssuerTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String VERIFIER = "a-verifier-of-at-least-forty-three-characters-long";
    private static final String REDIRECT = "http://localhost:8080/oidc/callback";

    private final HttpClient http = HttpClient.newHttpClient();
    private final Path folder;
    private final LocalStack stack;

    LocalIssuerTest(@TempDir Path folder) throws Exception {
        this.folder = folder;
        this.stack = LocalStack.builder()
                .dataDirectory(folder)
                .freePorts()
                .only(Part.ISSUER)
                .build();
    }

    @BeforeAll
    void start() throws Exception {
        stack.start();
    }

    @AfterAll
    void stop() {
        stack.stop();
    }

    @Test
    void describesItselfUnderOneAddress() throws Exception {
        JsonNode described = JSON.readTree(
                get(stack.issuer() + "/.well-known/openid-configuration").body());

        assertThat(described.path("issuer").asText()).isEqualTo(stack.issuer()).startsWith("http://localhost:");
        assertThat(described.path("token_endpoint").asText()).isEqualTo(stack.issuer() + "/token");
        assertThat(described.path("code_challenge_methods_supported").toString())
                .contains("S256");
    }

    @Test
    void signsAPersonInWithCodeAndProofKey() throws Exception {
        String challenge = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(VERIFIER.getBytes(StandardCharsets.UTF_8)));
        String authorize = stack.issuer() + "/authorize?response_type=code&client_id=weir-console&scope=openid"
                + "&state=st&nonce=no&code_challenge_method=S256&code_challenge=" + challenge + "&redirect_uri="
                + encoded(REDIRECT);
        assertThat(get(authorize).body()).contains("Sign in to Weir").contains("value=\"alice\"");

        HttpResponse<String> signedIn = post(authorize, "username=bob&claims=" + encoded("{\"roles\":[\"admin\"]}"));

        String location = signedIn.headers().firstValue("Location").orElseThrow();
        assertThat(location).startsWith(REDIRECT).contains("state=st");
        String code = location.replaceFirst(".*[?&]code=([^&]*).*", "$1");
        JsonNode tokens = json(post(
                stack.issuer() + "/token",
                "grant_type=authorization_code&client_id=weir-console&code_verifier=" + VERIFIER + "&code=" + code
                        + "&redirect_uri=" + encoded(REDIRECT)));
        JsonNode claims = claimsOf(tokens.path("access_token").asText());
        assertThat(claims.path("sub").asText()).isEqualTo("bob");
        assertThat(claims.path("roles").toString()).isEqualTo("[\"user\"]");
        assertThat(claims.path("workspaces").toString()).isEqualTo("[\"acme\",\"globex\"]");
        JsonNode identity = claimsOf(tokens.path("id_token").asText());
        assertThat(identity.path("nonce").asText()).isEqualTo("no");
        assertThat(identity.path("aud").toString()).contains("weir-console");

        JsonNode refreshed = json(post(
                stack.issuer() + "/token",
                "grant_type=refresh_token&client_id=weir-console&refresh_token="
                        + encoded(tokens.path("refresh_token").asText())));
        JsonNode after = claimsOf(refreshed.path("access_token").asText());
        assertThat(after.path("sub").asText()).isEqualTo("bob");
        assertThat(after.path("workspaces")).isEqualTo(claims.path("workspaces"));
    }

    @Test
    void refusesACodeWithoutItsProofKey() throws Exception {
        String authorize = stack.issuer() + "/authorize?response_type=code&client_id=weir-console&scope=openid"
                + "&state=st&code_challenge_method=plain&code_challenge=" + VERIFIER + "&redirect_uri="
                + encoded(REDIRECT);
        String location =
                post(authorize, "username=bob").headers().firstValue("Location").orElseThrow();
        String code = location.replaceFirst(".*[?&]code=([^&]*).*", "$1");

        HttpResponse<String> refused = post(
                stack.issuer() + "/token",
                "grant_type=authorization_code&client_id=weir-console&code_verifier=" + VERIFIER + "x&code=" + code
                        + "&redirect_uri=" + encoded(REDIRECT));

        assertThat(refused.statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({
        "EDGE,hold open internal machines",
        "GATEWAY,hold append internal",
        "RELAY,hold internal",
        "METERING,internal"
    })
    void givesServicesTheirScopes(Part service, String scopes) throws Exception {
        String secret = new Secrets(folder.resolve("secrets")).clients().getOrDefault(service, "");
        JsonNode claims = claimsOf(json(clientCredentials(service.title(), secret))
                .path("access_token")
                .asText());

        assertThat(claims.path("scope").asText()).isEqualTo(scopes);
        assertThat(claims.path("sub").asText()).isEqualTo(service.title());
        assertThat(clientCredentials(service.title(), "wrong").statusCode()).isEqualTo(401);
    }

    @Test
    void refusesAnUnknownClient() throws Exception {
        assertThat(clientCredentials("stranger", "secret").statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({
        "alice,'[\"user\"]',[]",
        "camera,'[\"camera\"]','[\"cam-1\",\"cam-2\"]'",
        "admin,'[\"user\",\"admin\"]',[]",
        "someone,'[\"user\"]',[]"
    })
    void givesPeopleTheirClaims(String user, String roles, String cameras) throws Exception {
        JsonNode claims = claimsOf(stack.token(user));

        assertThat(claims.path("sub").asText()).isEqualTo(user);
        assertThat(claims.path("iss").asText()).isEqualTo(stack.issuer());
        assertThat(claims.path("roles").toString()).isEqualTo(roles);
        assertThat(claims.path("cameras").toString()).isEqualTo(cameras);
        assertThat(claims.path("tenant").asText()).isEqualTo("default");
        assertThat(claims.has("scope")).isFalse();
    }

    @Test
    void givesTokensThatHaveExpired() throws Exception {
        long expiry = claimsOf(stack.token("alice", Duration.ofMinutes(-1)))
                .path("exp")
                .asLong();

        assertThat(Instant.ofEpochSecond(expiry)).isBefore(Instant.now().minusSeconds(50));
    }

    @Test
    void keepsItsKeyAcrossARestart() throws Exception {
        String before = get(stack.issuer() + "/jwks").body();

        stack.restart(Part.ISSUER);

        assertThat(JSON.readTree(get(stack.issuer() + "/jwks").body())).isEqualTo(JSON.readTree(before));
    }

    @Test
    void sendsPeopleBackAfterSigningOut() throws Exception {
        HttpResponse<String> response =
                get(stack.issuer() + "/endsession?post_logout_redirect_uri=" + encoded("http://localhost:8080/"));

        assertThat(response.statusCode()).isEqualTo(302);
        assertThat(response.headers().firstValue("Location")).hasValue("http://localhost:8080/");
    }

    private HttpResponse<String> clientCredentials(String client, String secret) throws Exception {
        String basic = Base64.getEncoder().encodeToString((client + ":" + secret).getBytes(StandardCharsets.UTF_8));
        return http.send(
                HttpRequest.newBuilder(URI.create(stack.issuer() + "/token"))
                        .header("Authorization", "Basic " + basic)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String url) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String url, String form) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(url))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> response) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    private static JsonNode claimsOf(String token) throws Exception {
        return JSON.readTree(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
